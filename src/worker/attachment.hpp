#pragma once

#include "worker/shared_state.hpp"

// A database worker's hold on its slot.
namespace strata::worker
{

// Travels in bgw_extra.
struct Assignment
{
    Oid database;
    uint32 ticket;
    int slot;
};

// Takes the slot over; from then on it is given back however the process ends.  False when this process is not
// awaited any more, or when somebody needs the database for himself.
bool attach(const Assignment &assignment);

// Is this process a database worker?  What it writes itself needs no waking.
bool is_database_worker() noexcept;

// How it will have ended, when nothing else comes between.
[[noreturn]] void leave(Ending ending);

// What others have asked for since the last call.
uint8_t take_requests() noexcept;

// Changes our slot under the lock.
template <class F>
void publish(F &&change) noexcept;

Slot &own_slot() noexcept;

template <class F>
void publish(F &&change) noexcept
{
    static_assert(std::is_nothrow_invocable_v<F, Slot &>);
    locked(LW_EXCLUSIVE, [&]() noexcept { change(own_slot()); });
}

} // namespace strata::worker
