/**
 * Maximum heap of the web process in MiB. Under twenty heavy clients the web used 1.6 GB; a process that needs more
 * should end and be restarted before the machine swaps.
 */
const WEB_HEAP_MB = 2_048

/**
 * Growth of the web process's heap, as a percentage of its live objects, after which V8 collects garbage. By default V8
 * waits for several times as much under load. With 30 % the process used 330 MB after 500 pages instead of 600 MB, and
 * an eighth more CPU time per page. 10 % would take two thirds more CPU time, and `--optimize-for-size` twice as much.
 */
const WEB_GARBAGE_PERCENT = 30

/**
 * Memory for new objects in the web and the worker, in MiB: half of V8's default. With less memory, objects that live
 * until a response is sent or a poll is committed are moved to the old generation, which costs CPU time. With 8 MB an
 * overview took a quarter more CPU time, and only 20 MB were saved.
 */
const NEW_OBJECTS_MB = 16

/**
 * Returns the Node.js arguments that limit the worker's memory for new objects and its number of V8 helper threads (for
 * garbage collection and compilation), unless the user chose these settings. `small-heap.ts` sets the other limits. V8
 * would use four helper threads, which took a tenth of the CPU time of an idle worker.
 */
export const workerHeapArguments = (nodeOptions = ''): string[] => [
  ...(choosesNewObjects(nodeOptions) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
  ...(/--v8[-_]pool[-_]size/.test(nodeOptions) ? [] : ['--v8-pool-size=1']),
]

const choosesNewObjects = (nodeOptions = '') => /--max[-_]semi[-_]space/.test(nodeOptions)

/**
 * Returns the Node.js arguments that limit the web process's heap, new objects and garbage, unless the user chose these
 * settings. They are used by `npm start`, and by `bin/run.mjs` for containers, systemd units and manual starts.
 * @param ownMb default heap limit of Node.js on this machine, in MiB
 * @param nodeOptions value of NODE_OPTIONS
 */
export function webHeapArguments(ownMb: number, nodeOptions: string | undefined): string[] {
  const chosen = nodeOptions ?? ''
  const isBounded = ownMb <= WEB_HEAP_MB || /--max[-_]old[-_]space/.test(chosen)
  return [
    ...(isBounded ? [] : [`--max-old-space-size=${WEB_HEAP_MB}`]),
    ...(choosesNewObjects(chosen) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
    // this argument is not allowed in NODE_OPTIONS
    `--heap-growing-percent=${WEB_GARBAGE_PERCENT}`,
  ]
}

/**
 * Adds a limit of two memory arenas to the environment of the web or the worker, unless the user set
 * `MALLOC_ARENA_MAX`. By default glibc creates an arena for each thread, and each keeps freed memory; the limit saves
 * 10 MB. Other C libraries ignore the variable.
 */
export function withFewArenas<Environment extends Record<string, string | undefined>>(environment: Environment) {
  return { ...environment, MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX || '2' }
}
