/**
 * Environment of an engine's process that keeps its memory from spreading. Only the C library of most Linux systems reads it.
 *
 * Left to itself that library raises the size from which a block is given back when it is freed, up to 32 MB, as soon as a
 * model has been loaded; what was freed then stays with the process, in as many places as there are threads.
 */
export const MEMORY_ENVIRONMENT = {
  GLIBC_TUNABLES: 'glibc.malloc.arena_max=2:glibc.malloc.mmap_threshold=4194304',
} as const
