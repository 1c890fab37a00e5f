#pragma once

namespace strata::log
{

// What a step of the history did.  The CHECK of maintenance_step has the same texts (test/static).
enum class Action
{
    create,
    heal, // create, and move rows of the default partition there
    drop,
    detach,
    move,
    archive,
    delete_referencing,
    drop_retired,
    attach,
    constrain,
    after_create, // the hook
    detach_concurrently,
    finalize,
    rehash,
    convert,
};

const char *text_of(Action action);

} // namespace strata::log
