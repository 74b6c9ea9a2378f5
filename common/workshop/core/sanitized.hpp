#pragma once

/// 1 in a build with AddressSanitizer or ThreadSanitizer, which change what memory, signals and
/// time cost and do; else 0. GCC and Clang say it in different ways.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WORKSHOP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WORKSHOP_SANITIZED 1
#endif
#endif
#ifndef WORKSHOP_SANITIZED
#define WORKSHOP_SANITIZED 0
#endif
