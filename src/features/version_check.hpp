#pragma once

namespace strata
{

// A WARNING where the objects of the extension are of another version than the server has, which happens when its
// files were replaced and ALTER EXTENSION was forgotten.  Looked at once per session: the server reads the control
// files of all its extensions for it.
void warn_other_version();

} // namespace strata
