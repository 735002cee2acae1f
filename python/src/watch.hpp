#pragma once
/// Runs long work without the GIL, tells Python how far it is, and lets Ctrl-C stop it.

#include "columns.hpp"

#include <exception>
#include <functional>

namespace opgave::python {

/// Calls `callback(part done)` with the GIL held; False stops the run. An exception in the callback
/// or a pending signal stops it too, and is raised once the work has wound up.
class Watch {
public:
    explicit Watch(py::object callback) : callback_(std::move(callback)) {}

    [[nodiscard]] std::function<bool(double)> progress() {
        return [this](double done) { return tell(done); };
    }

    template <class Work>
    auto run(Work work) {
        py::gil_scoped_release const release;
        try {
            auto result = work();
            raise();
            return result;
        } catch (...) {
            raise();
            throw;
        }
    }

private:
    bool tell(double done) {
        py::gil_scoped_acquire const gil;
        try {
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
            return callback_.is_none() || !callback_(done).is(py::bool_(false));
        } catch (...) {
            error_ = std::current_exception();
            return false;
        }
    }

    void raise() const {
        if (error_) std::rethrow_exception(error_);
    }

    py::object callback_;
    std::exception_ptr error_;
};

}  // namespace opgave::python
