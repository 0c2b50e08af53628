export function activityEvents() {
  return []
}
