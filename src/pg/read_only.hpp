#pragma once

namespace strata::pg
{

// core::Error (25006) on a standby and in a read-only transaction; `function` is the name without parentheses.
void refuse_read_only(const char *function);

// Nothing is written while it lives, whatever is called.  The parameter transaction_read_only cannot do it: from 16
// on PostgreSQL sets it for a whole transaction only.
class ReadOnly
{
public:
    ReadOnly();
    ~ReadOnly();
    ReadOnly(const ReadOnly &) = delete;
    ReadOnly &operator=(const ReadOnly &) = delete;

private:
    bool before_;
};

} // namespace strata::pg
