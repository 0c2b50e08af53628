import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { readInstrumented, type Mutant } from './instrument.ts'
import { readTried } from './tried.ts'

const WORDS = { killed: 'Killed', 'by time': 'Timeout', survived: 'Survived' }

/**
 * Writes the results of a sample of mutants as a Stryker report, grouped by folder, and prints the mutants that no test
 * detected.
 * @param share share of all mutants in the sample, 0 to 1
 * @param file path of the report
 */
export function writeMutantSampleReport(share: number, file: string): void {
  const results = new Map<string, keyof typeof WORDS>()
  const [reached, loaded] = [new Set<string>(), new Set<string>()]
  for (const line of readTried()) {
    if ('mutant' in line && !(results.has(line.mutant) && line.result === 'survived'))
      results.set(line.mutant, line.result)
    if ('reached' in line) for (const key of line.reached) reached.add(key)
    if ('loaded' in line) for (const key of line.loaded) loaded.add(key)
    if ('fault' in line) process.stdout.write(`${line.test}: ${line.fault}\n`)
  }
  const statusOf = ({ key }: Mutant) => {
    const result = results.get(key)
    if (result) return WORDS[result]
    return reached.has(key) ? 'Survived' : loaded.has(key) ? 'Ignored' : 'NoCoverage'
  }
  const drawn = readInstrumented().mutants.filter(({ draw }) => draw < share)
  const found = drawn.map((mutant) => ({ ...mutant, status: statusOf(mutant) }))
  for (const { file: of, line, mutator, before, after, status } of found)
    if (status === 'Survived' || status === 'NoCoverage')
      process.stdout.write(`${status} ${of}:${line} ${mutator}\n- ${before}\n+ ${after}\n`)
  const note = share < 1 ? ` (${+(share * 100).toFixed(1)} % drawn)` : ''
  const byFolder = Map.groupBy(found, (one) => `${path.dirname(one.file)}${note}`)
  const files = Object.fromEntries([...byFolder].map(([folder, mutants]) => [folder, { mutants }]))
  writeFileSync(file, JSON.stringify({ files }))
  const judged = found.filter(({ status }) => status !== 'Ignored')
  const noticed = judged.filter(({ status }) => status === 'Killed' || status === 'Timeout')
  const [low, high] = boundsOf(noticed.length, judged.length).map((part) => (part * 100).toFixed(1))
  process.stdout.write(`${noticed.length} of ${judged.length} noticed; of all ${low} to ${high} % (95 % bounds)\n`)
}

/** Computes Wilson's 95 % confidence interval of a share. */
function boundsOf(hits: number, all: number): [low: number, high: number] {
  const z = 1.96
  const [share, spread] = [hits / all, z ** 2 / all]
  const half = z * Math.sqrt((share * (1 - share)) / all + spread / (4 * all))
  return [(share + spread / 2 - half) / (1 + spread), (share + spread / 2 + half) / (1 + spread)]
}
