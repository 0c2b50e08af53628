export { measuredBytes, type MeasuredBytes } from './measured-bytes.ts'
export { rolledUpExtremes, sampledExtremes, type RateExtremes } from './traffic-extremes.ts'
