#include "pg/deadline.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

std::optional<TimeoutId> timer; // ours for as long as the process lives
volatile sig_atomic_t is_running = 0;
volatile sig_atomic_t is_over = 0;

void cancel() noexcept
{
    InterruptPending = 1;
    QueryCancelPending = 1;
}

// In a signal handler, which sets the latch as well.
void expire()
{
    if (is_running == 0)
        return;
    is_over = 1;
    cancel();
}

// Somebody has caught an error, which may have been the cancel: the next statement outside of his block finds it
// again.
void on_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId, void *)
{
    if (event == SUBXACT_EVENT_ABORT_SUB && is_over != 0)
        cancel();
}

void start(int milliseconds)
{
    if (!timer)
    {
        RegisterSubXactCallback(on_subtransaction, nullptr);
        timer = RegisterTimeout(USER_TIMEOUT, expire);
    }
    enable_timeout_after(*timer, milliseconds);
}

} // namespace

Deadline::Deadline(int milliseconds)
{
    if (is_set())
        throw std::logic_error("there is a deadline already");
    is_over = 0;
    is_running = 1;
    try
    {
        call(start, milliseconds);
    }
    catch (...)
    {
        is_running = 0;
        throw;
    }
}

Deadline::~Deadline()
{
    is_running = 0;
    disable_timeout(*timer, false);
    // A cancel that nobody has noticed must not hit what comes next, unless it was not ours alone.
    if (is_over != 0 && !get_timeout_indicator(STATEMENT_TIMEOUT, false))
        QueryCancelPending = 0;
    is_over = 0;
}

bool Deadline::passed() const noexcept
{
    return is_over != 0;
}

bool Deadline::is_set() noexcept
{
    return is_running != 0;
}

} // namespace strata::pg
