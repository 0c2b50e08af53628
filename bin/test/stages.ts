/** The stages of a test run. */
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

export type TestSuiteStage = (typeof STAGES)[number]

/** Stages that run only in `npm run test:all`, or if they are named in the command line. */
const LONG: readonly TestSuiteStage[] = ['long', 'e2e-long']

/** Stages that query a package registry. They run only in `npm run check`, or if they are named in the command line. */
const ASKING: readonly TestSuiteStage[] = ['ages']

/** Groups of stages that can be named in the command line. */
const GROUPS = new Map<string, readonly TestSuiteStage[]>([
  ['check', ['format', 'lint', 'types', 'structure', 'words', 'documents', 'lock', 'ages']],
  ['all', STAGES.filter((stage) => !ASKING.includes(stage))],
])

/**
 * Returns the stages that the command line names, in the order of {@link STAGES}. Without a name, these are all except
 * long stages and stages that query a registry.
 * @param words arguments of the command line
 * @throws Error if an argument is not the name of a stage or group
 */
export function parseStageNames(words: readonly string[]): TestSuiteStage[] {
  const wanted =
    words.length === 0
      ? STAGES.filter((stage) => !LONG.includes(stage) && !ASKING.includes(stage))
      : words.flatMap(stagesOf)
  return STAGES.filter((stage) => wanted.includes(stage))
}

function stagesOf(word: string): readonly TestSuiteStage[] {
  const stage = STAGES.find((name) => name === word)
  const stages = stage ? [stage] : GROUPS.get(word)
  if (stages) return stages
  throw new Error(`there is no stage "${word}": choose from ${[...STAGES, ...GROUPS.keys()].join(', ')}`)
}
