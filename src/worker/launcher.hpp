#pragma once

#include "core/roster.hpp"
#include "worker/shared_state.hpp"

namespace strata::worker
{

// Keeps one worker per database that has the extension.
class Launcher
{
public:
    // Until it is asked to leave.
    void run();

private:
    struct Database
    {
        Oid oid;
        NameData name;
        bool wanted;
    };

    void take_over();
    void collect_endings();
    bool is_lost(Oid database);
    void drop_handle(Oid database);
    void take_requests();
    void scan();
    void start_due();
    enum class Start
    {
        done,
        postponed,
        refused,
    };
    Start start(Oid database);
    void report_refusal(bool refused);
    void sleep();

    static std::vector<Database> read_databases();

    core::Roster roster_;
    std::map<Oid, std::string> names_;
    std::map<Oid, BackgroundWorkerHandle *> handles_; // of those that this process started
    TimestampTz next_scan_ = 0;
    int without_place_ = 0;
    bool told_full_ = false; // the log has it that there are such
};

} // namespace strata::worker
