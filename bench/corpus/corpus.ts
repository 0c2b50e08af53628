import { type CorpusScenario, readScenario } from './scenario.ts'
import { benign } from './scenarios/benign.ts'
import { changes } from './scenarios/changes.ts'
import { collectors } from './scenarios/collector.ts'
import { paths } from './scenarios/paths.ts'
import { routes } from './scenarios/routes.ts'
import { sessions } from './scenarios/sessions.ts'
import { traffic } from './scenarios/traffic.ts'

/** Every scenario, by id. */
export const corpus: readonly CorpusScenario[] = [paths, sessions, changes, routes, traffic, benign, collectors]
  .flat()
  .map(readScenario)
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))
