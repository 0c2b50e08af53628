import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { CorpusScenario } from './scenario.ts'
import { readScenarios } from './text/read.ts'

const FOLDER = path.resolve(import.meta.dirname, 'scenarios')

/** All scenarios in the order of their IDs. */
export const corpusScenarios: readonly CorpusScenario[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => readScenarios(readFileSync(path.join(FOLDER, name), 'utf8'), name))
  .toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
