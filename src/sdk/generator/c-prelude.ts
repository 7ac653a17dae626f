/** The parts of vm_plugin.h that are C itself and not part of any contract. */

export const rootIntroduction = `/* vm_plugin.h: the entry of a native vm-plugin and what every other header builds on.
 *
 * A plugin is a shared object that exports one constant, \`vm_plugin_entry\`. Nothing unwinds across this
 * boundary: a function answers with a status and, where it has an \`error\` parameter, fills the caller's error.
 *
 * Rules that hold everywhere unless a function says otherwise
 *   threads    [control] one host thread at a time; [vcpu] the thread of the virtual CPU given; [any] any thread.
 *   ownership  a pointer passed in is borrowed until the call returns.
 *   tables     start with struct_size and only grow at the end; nothing is read past the size that is given there.
 *   integers   little-endian; sizes and addresses in bytes.
 *
 * Generated from the contracts by \`npm run generate\`. Do not edit.
 */`;

export const rootPrelude = `#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <atomic>
#define VMP_ATOMIC(type) std::atomic<type>
#define VMP_STATIC_ASSERT(condition, message) static_assert(condition, message)
extern "C" {
#else
#include <stdatomic.h>
#define VMP_ATOMIC(type) _Atomic(type)
#define VMP_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#endif

#if defined(_WIN32)
#define VMP_EXPORT __declspec(dllexport)
#else
#define VMP_EXPORT __attribute__((visibility("default")))
#endif

/* Whether whoever made a struct knew the field. */
#define VMP_KNOWS(pointer, type, field) ((pointer)->struct_size >= offsetof(type, field) + sizeof((pointer)->field))
/* Whether a table has the function. */
#define VMP_HAS(table, type, function) (VMP_KNOWS(table, type, function) && (table)->function != NULL)
/* Whether a caller wants to know why, and its error has the fields of the first release. */
#define VMP_CAN_EXPLAIN(error) ((error) != NULL && VMP_KNOWS(error, vmp_error, message))`;

export const openC = `#ifdef __cplusplus
extern "C" {
#endif`;

export const closeC = `#ifdef __cplusplus
}
#endif`;
