/** The stages of a run, in the order in which the results are listed. */
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

/** Stages that run only in `npm run test:all`, or if they are named. */
const LONG: readonly TestStage[] = ['long', 'e2e-long']

/** Stages that query a registry. They run only in `npm run check`, or if they are named. */
const ASKING: readonly TestStage[] = ['ages']

/** Stages by the name of a group. */
const GROUPS = new Map<string, readonly TestStage[]>([
  ['check', ['format', 'lint', 'types', 'structure', 'words', 'documents', 'lock', 'ages']],
  ['all', STAGES.filter((stage) => !ASKING.includes(stage))],
])

/**
 * Returns the stages that the command line selects.
 * @param words arguments of the command line; if empty, all stages run except long ones and those that query a registry
 * @returns stages in the order of {@link STAGES}
 * @throws Error if a word does not name a stage
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
