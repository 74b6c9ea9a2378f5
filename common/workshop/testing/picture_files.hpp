#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workshop/explore/picture/picture.hpp"

namespace workshop::testing {

/// The file name of a test's picture, without its extension and the same in every run:
/// "lab08.a-payment-is-booked-once".
std::string picture_stem(std::string_view program, std::string_view test_name);

/// Where pictures are written: the folder named by the environment variable WORKSHOP_PICTURES, else
/// `pictures` in the build's folder. Empty when the variable is set to nothing: then none are.
std::string pictures_folder();

/// Writes STEM.html, STEM.svg and STEM.json into `folder`, which is made if it is missing. Returns
/// the page's path, or nothing when it could not be written; a picture is no reason to fail a test.
std::optional<std::string> write_picture(const std::string& folder, const std::string& stem,
                                         const explore::Trace& trace,
                                         const explore::PictureOptions& options);

}  // namespace workshop::testing
