export {
  type ConfigSetting,
  configSettingSchema,
  type FormerArmId,
  circuitPathFields,
  resourceRefFields,
} from './azure-resource.ts'
export * from './codecs.ts'
export * from './declarations.ts'
export * from './maintenance.ts'
export * from './endpoint.ts'
export * from './envelope.ts'
export * from './limits.ts'
export * from './money.ts'
export * from './network-peering.ts'
export * from './notifications.ts'
export * from './routes.ts'
export * from './settings.ts'
export * from './stream.ts'
export {
  DEFAULT_LIMIT,
  MAX_LIMIT,
  customerNameParameter,
  resourceIdParameter,
  listParameters,
  noParameters,
  atParameters,
  customerAtParameters,
  customerListAtParameters,
  customerListParameters,
  customerFilterParameters,
  pagingParameters,
  type ListParameters,
} from './parameters.ts'
