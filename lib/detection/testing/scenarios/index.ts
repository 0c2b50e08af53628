import { benign } from './benign.ts'
import { gateways } from './gateways.ts'
import { paths } from './paths.ts'
import { routes } from './routes.ts'
import type { Scenario } from './scenario.ts'

export type { Expected, Scenario } from './scenario.ts'

/** Scenarios of the catalogue that the whole engine is played through at virtual time, with the truth beside each. */
export const scenarios: Scenario[] = [...paths, ...gateways, ...routes, ...benign]
