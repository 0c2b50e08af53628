export { type Availability, availabilityOf, type SampledInterval } from './availability.ts'
export * from './churn/index.ts'
export * from './collector/index.ts'
export * from './cost/index.ts'
export * from './estate/index.ts'
export * from './fold/index.ts'
export * from './headroom/index.ts'
export { samePlain } from './plain.ts'
export { contradictionsOf } from './contradictions.ts'
export {
  defaultSettings,
  type DetectionSettings,
  faultsOf,
  isSetting,
  type SettingName,
  settingsWith,
  type Threshold,
  thresholds,
} from './settings.ts'
export * from './verdict/index.ts'
