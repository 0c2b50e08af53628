import { type CorpusScenario, readScenario } from './scenario.ts'
import { answers } from './scenarios/answers.ts'
import { benign } from './scenarios/benign.ts'
import { changes } from './scenarios/changes.ts'
import { collectors } from './scenarios/collector.ts'
import { gateways } from './scenarios/gateways.ts'
import { limits } from './scenarios/limits.ts'
import { locations } from './scenarios/locations.ts'
import { paths } from './scenarios/paths.ts'
import { routes } from './scenarios/routes.ts'
import { sessions } from './scenarios/sessions.ts'
import { traffic } from './scenarios/traffic.ts'

/** Every scenario, by id. */
export const corpus: readonly CorpusScenario[] = [
  paths,
  locations,
  sessions,
  gateways,
  changes,
  routes,
  limits,
  traffic,
  benign,
  answers,
  collectors,
]
  .flat()
  .map(readScenario)
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))
