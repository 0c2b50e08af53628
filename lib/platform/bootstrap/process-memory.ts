/** The web used 1.6 GB under twenty heavy clients; one that wants more is better restarted than left to swap. */
const WEB_HEAP_MB = 2_048

/**
 * How far garbage lets the web’s heap grow before it is collected: a share of what is live, where V8 waits for several times that while much is
 * asked. 500 pages end with 330 MB where they end with 600; each page takes an eighth more CPU time. 10 %
 * takes two thirds more, `--optimize-for-size` twice as much.
 */
const WEB_GARBAGE_PERCENT = 30

/**
 * Of web and worker: half of what V8 would take for new objects. With less, what an answer needs until it is sent, or a poll until its
 * commit, is copied, grows old and is collected with all others: an overview took a quarter more CPU time with 8 MB, which saved 20.
 */
const NEW_OBJECTS_MB = 16

/**
 * Arguments that bound what new objects take of the worker's heap, and how many threads help to collect and compile it, unless somebody chose
 * that; `small-heap.ts` bounds the others. V8 would have four threads, each with memory of its own: at rest they took a tenth of the CPU time to
 * share what one does.
 */
export const workerHeapArguments = (nodeOptions = ''): string[] => [
  ...(choosesNewObjects(nodeOptions) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
  ...(/--v8[-_]pool[-_]size/.test(nodeOptions) ? [] : ['--v8-pool-size=1']),
]

const choosesNewObjects = (nodeOptions = '') => /--max[-_]semi[-_]space/.test(nodeOptions)

/**
 * Arguments that bound the web's heap, and how much of it new objects and garbage take, unless somebody chose that. Whoever starts the
 * web asks for them here: `npm start`, and `bin/run.mjs` for containers, units of systemd and by hand.
 * @param ownMb what Node takes by itself on this machine, in MiB
 * @param nodeOptions NODE_OPTIONS
 */
export function webHeapArguments(ownMb: number, nodeOptions: string | undefined): string[] {
  const chosen = nodeOptions ?? ''
  const isBounded = ownMb <= WEB_HEAP_MB || /--max[-_]old[-_]space/.test(chosen)
  return [
    ...(isBounded ? [] : [`--max-old-space-size=${WEB_HEAP_MB}`]),
    ...(choosesNewObjects(chosen) ? [] : [`--max-semi-space-size=${NEW_OBJECTS_MB}`]),
    // NODE_OPTIONS can't have this one
    `--heap-growing-percent=${WEB_GARBAGE_PERCENT}`,
  ]
}

/**
 * The environment of web and worker: glibc has two arenas for their threads where it would make one for each, which keep what they freed.
 * 10 MB less; who set `MALLOC_ARENA_MAX` has it so. Other C libraries don't know it.
 */
export function withFewArenas<Environment extends Record<string, string | undefined>>(environment: Environment) {
  return { ...environment, MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX || '2' }
}
