/** What a run is made of, in the order in which its results are listed. */
const STAGES = [
  'format',
  'lint',
  'types',
  'structure',
  'words',
  'documents',
  'lock',
  'ages',
  'unit',
  'db',
  'long',
  'routers',
  'build',
  'e2e',
  'e2e-long',
] as const

export type TestStage = (typeof STAGES)[number]

/** Only `npm run test:all` and whoever names them run these. */
const LONG: readonly TestStage[] = ['long', 'e2e-long']

/** Asks a registry, which no test does: only `npm run check` and whoever names it run it. */
const ASKING: readonly TestStage[] = ['ages']

/** Names that stand for several stages. */
const GROUPS = new Map<string, readonly TestStage[]>([
  ['check', ['format', 'lint', 'types', 'structure', 'words', 'documents', 'lock', 'ages']],
  ['all', STAGES.filter((stage) => !ASKING.includes(stage))],
])

/**
 * @param words from the command line; none means everything that is not long
 * @returns stages in the order of {@link STAGES}
 * @throws Error when a word names no stage
 */
export function chosenStages(words: readonly string[]): TestStage[] {
  const wanted =
    words.length === 0
      ? STAGES.filter((stage) => !LONG.includes(stage) && !ASKING.includes(stage))
      : words.flatMap(stagesOf)
  return STAGES.filter((stage) => wanted.includes(stage))
}

function stagesOf(word: string): readonly TestStage[] {
  const stage = STAGES.find((name) => name === word)
  const stages = stage ? [stage] : GROUPS.get(word)
  if (stages) return stages
  throw new Error(`there is no stage "${word}": choose from ${[...STAGES, ...GROUPS.keys()].join(', ')}`)
}
