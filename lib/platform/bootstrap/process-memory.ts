/**
 * Maximum heap of the web process, in MiB. It used 1.6 GB under twenty heavy clients; a process that needs more should
 * be restarted before it swaps.
 */
const WEB_HEAP_MB = 2_048

/**
 * Growth of the web process's heap, as a percentage of its live objects, after which garbage is collected. V8 by
 * default waits for several times as much under load. With this value the process used 330 MB after 500 pages instead
 * of 600 MB, and an eighth more CPU time per page. 10 % would take two thirds more CPU time, and `--optimize-for-size`
 * twice as much.
 */
const WEB_GARBAGE_PERCENT = 30

/**
 * Memory for new objects in web and worker, in MiB: half of V8's default. With less, objects that live until a response
 * is sent or a poll is committed are copied, become old and are collected with all others. With 8 MB an overview took a
 * quarter more CPU time, and only 20 MB were saved.
 */
const NEW_OBJECTS_MB = 16

/**
 * Returns the Node.js arguments that limit the memory for new objects in the worker, and the number of threads that
 * help to collect and compile, unless the user chose these settings; `small-heap.ts` sets the other limits. V8 would
 * use four threads with memory of their own, which took a tenth of the CPU time of an idle worker to share the work of
 * one thread.
 */
export const workerHeapArguments = (nodeOptions = ''): string[] => [
  ...(choosesNewObjects(nodeOptions) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
  ...(/--v8[-_]pool[-_]size/.test(nodeOptions) ? [] : ['--v8-pool-size=1']),
]

const choosesNewObjects = (nodeOptions = '') => /--max[-_]semi[-_]space/.test(nodeOptions)

/**
 * Returns the Node.js arguments that limit the web process's heap, new objects and garbage, unless the user chose these
 * settings. Both ways of starting the web process use them: `npm start`, and `bin/run.mjs` for containers, systemd
 * units and manual starts.
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
 * Returns the environment of web and worker with two memory arenas. By default glibc creates one for each thread, and
 * arenas keep freed memory. This saves 10 MB. A value of `MALLOC_ARENA_MAX` that the user set is kept. Other C
 * libraries ignore the variable.
 */
export function withFewArenas<Environment extends Record<string, string | undefined>>(environment: Environment) {
  return { ...environment, MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX || '2' }
}
