export * from './estate/index.ts'
export * from './fold/index.ts'
export { defaultSettings, type DetectionSettings, type SettingName, type Threshold, thresholds } from './settings.ts'
export * from './verdict/index.ts'
