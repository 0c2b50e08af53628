import type { EvaluationStageTestCases } from '../../../testing/scene.ts'
import { configurationCases } from './configuration-cases.ts'
import { layerCases } from './layer-cases.ts'
import { routeCases } from './route-cases.ts'
import { siteCases } from './site-cases.ts'

/** Test cases of the stages that evaluate facts, by stage. */
export const ruleCases: Record<string, EvaluationStageTestCases> = {
  ...configurationCases,
  ...layerCases,
  ...routeCases,
  ...siteCases,
}
