/**
 * A simulated Azure that answers from a scenario. The product reaches it only through its port. Entry points and tests
 * may also call the answer function directly, and pass its raw bodies to the product's own decoder (ADR 0010).
 */
export { createAzureHttpResponse } from './answer.ts'
export type { SimulatorResponseOptions } from './asked.ts'
export { type VirtualClock, createClock } from './clock.ts'
export { listEffectChangeTimes, listPacketLossTimes } from './edges.ts'
export type { ScenarioHappening, HappeningInput } from './happening.ts'
export { type RunningSimulatorControl, ControlError } from './http/control.ts'
export { type RunningSimulator, type SimulatorOptions, startSimulator } from './http/server.ts'
export { createSimulatorServerState, type SimulatorServerState } from './memory.ts'
export type { SimulatorProfile, ProfileChoices, ProfileName } from './profile/profile.ts'
export { createProfileWithChoices, SIMULATOR_PROFILES } from './profile/profiles.ts'
export { readMeasuredOperationTimes } from './profile/measured-times.ts'
export { defaultHubRoutes, inboundHubRoutes } from './hub-routes.ts'
export { connectionCounter, edgeCounter, edgeKey, hubKey, routeServerKey } from './keys.ts'
export { computeRunTimeOfRequest } from './run-time.ts'
export {
  answeringAtOnce,
  loadSimulatorScenario,
  parseSimulatorScenario,
  requireAccepted,
  ScenarioError,
} from './scenario.ts'
export {
  scenariosByTopology,
  SCENARIO_TOPOLOGY_NAMES,
  type ScenarioTopologyName,
} from './scenarios/catalogue/topologies.ts'
export { createBuiltInEstate } from './scenarios/estate.ts'
export type { LiveRun } from './scenarios/estate-live.ts'
export { createEstateWithManyGateways } from './scenarios/many.ts'
export { oneCircuitScenario } from './scenarios/pair.ts'
export { pairWithHub } from './scenarios/pair-with-hub.ts'
export { twoSites } from './scenarios/two-sites.ts'
export type { SimulatorScenario, ScenarioInput } from './schema.ts'
export type { RoutingDomain } from './topology.ts'
export { type ScenarioGroundTruth, computeScenarioGroundTruth } from './truth.ts'
export { createSimulatedBearerToken, createSimulatedCredential } from './wire/auth.ts'
export type { SimulatedHttpResponse, SimulatedHttpRequest } from './wire/message.ts'
export { type ManuallyStartedHappening, createWorld, type SimulatedWorld } from './world.ts'
