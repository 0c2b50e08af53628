export function serviceHealthEvents() {
  return []
}
export function availabilityStatus() {
  return {}
}
