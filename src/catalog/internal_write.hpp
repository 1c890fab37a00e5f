#pragma once

namespace strata::catalog
{

// While one lives, the triggers on our tables let everything pass: the writes are our own.
class InternalWrite
{
public:
    InternalWrite() { depth_++; }
    ~InternalWrite() { depth_--; }
    InternalWrite(const InternalWrite &) = delete;
    InternalWrite &operator=(const InternalWrite &) = delete;

    static bool active() { return depth_ > 0; }

private:
    static inline int depth_ = 0;
};

} // namespace strata::catalog
