/**
 * An Azure that answers from a scenario. The product reaches it through its port only; entry points and tests may also call
 * the pure answer function, whose raw bodies then pass the product's own decoder.
 */
export { type AnswerOptions, answer } from './answer.ts'
export { type Clock, createClock } from './clock.ts'
export { edgesBetween } from './edges.ts'
export type { Happening, HappeningInput } from './happening.ts'
export { type ControlDesk, ControlError } from './http/control.ts'
export { type Simulator, type SimulatorOptions, startSimulator } from './http/server.ts'
export { createMemory, type Memory } from './memory.ts'
export type { Profile, ProfileChoices, ProfileName } from './profile/profile.ts'
export { profileOf, PROFILES } from './profile/profiles.ts'
export { connectionCounter, edgeCounter, edgeKey } from './keys.ts'
export { loadScenario, parseScenario, ScenarioError } from './scenario.ts'
export { topologies, TOPOLOGIES, type TopologyName } from './scenarios/catalogue/topologies.ts'
export { estateIn } from './scenarios/estate.ts'
export type { LiveRun } from './scenarios/estate-live.ts'
export { pair } from './scenarios/pair.ts'
export type { Scenario, ScenarioInput } from './schema.ts'
export { type Truth, truthOf } from './truth.ts'
export { tokenFor } from './wire/auth.ts'
export type { SimAnswer, SimRequest } from './wire/message.ts'
export { type Control, createWorld, type World } from './world.ts'
