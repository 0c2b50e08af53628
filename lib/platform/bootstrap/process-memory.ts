/**
 * Maximum heap of the web process in MiB. With twenty heavy clients the web process used 1.6 GB. A process that needs
 * more than the maximum ends and is restarted, before the machine begins to swap.
 */
const WEB_HEAP_MB = 2_048

/**
 * Growth of the web process's heap since the last garbage collection at which V8 collects garbage again, in percent of
 * the live objects. By default V8 lets the heap grow several times as much under load. After 500 pages, the process
 * used 330 MB with 30 % and 600 MB with the default; each page took an eighth more CPU time. 10 % would take two thirds
 * more CPU time, and `--optimize-for-size` twice as much.
 */
const WEB_GARBAGE_PERCENT = 30

/**
 * Memory for new objects in the web process and the worker, in MiB. With less memory, objects are moved to the old
 * generation before their response is sent or their poll is recorded, which costs CPU time. With 8 MB, an overview took
 * a quarter more CPU time, and only 20 MB were saved.
 */
const NEW_OBJECTS_MB = 16

/**
 * Returns the Node.js arguments that limit the worker's memory for new objects and its number of V8 helper threads. An
 * argument is omitted if NODE_OPTIONS contains it. By default V8 uses four helper threads (for garbage collection and
 * compilation), which took a tenth of the CPU time of an idle worker. `small-heap.ts` sets the other limits.
 */
export const buildWorkerHeapArguments = (nodeOptions = ''): string[] => [
  ...(choosesNewObjects(nodeOptions) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
  ...(/--v8[-_]pool[-_]size/.test(nodeOptions) ? [] : ['--v8-pool-size=1']),
]

const choosesNewObjects = (nodeOptions = '') => /--max[-_]semi[-_]space/.test(nodeOptions)

/**
 * Returns the Node.js arguments that limit the heap of the web process, its memory for new objects and its garbage. The
 * first two are omitted if NODE_OPTIONS contains them. The first is also omitted if the default limit is not above
 * {@link WEB_HEAP_MB}.
 * @param ownMb default heap limit of Node.js on this machine, in MiB
 * @param nodeOptions value of NODE_OPTIONS
 */
export function buildWebHeapArguments(ownMb: number, nodeOptions: string | undefined): string[] {
  const chosen = nodeOptions ?? ''
  const isBounded = ownMb <= WEB_HEAP_MB || /--max[-_]old[-_]space/.test(chosen)
  return [
    ...(isBounded ? [] : [`--max-old-space-size=${WEB_HEAP_MB}`]),
    ...(choosesNewObjects(chosen) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
    // this argument is always set, because NODE_OPTIONS cannot contain it
    `--heap-growing-percent=${WEB_GARBAGE_PERCENT}`,
  ]
}

/**
 * Returns the environment with MALLOC_ARENA_MAX=2, unless the user set this variable. By default glibc creates a memory
 * arena for each thread, and each arena keeps freed memory; the limit saves 10 MB. Other C libraries ignore the
 * variable.
 */
export function limitMallocArenas<Environment extends Record<string, string | undefined>>(environment: Environment) {
  return { ...environment, MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX || '2' }
}
