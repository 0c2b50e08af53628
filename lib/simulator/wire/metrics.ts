export function metrics() {
  return {}
}
export function metricDefinitions() {
  return {}
}
export function metricsBatch() {
  return {}
}
