/** Fixed current time of all components, so that ages are the same in each picture. */
export const GALLERY_NOW_MS = Date.UTC(2026, 10, 20, 3, 30)
