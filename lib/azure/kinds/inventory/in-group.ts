import type { Json } from '../../decode/json.ts'

/** Runs a request about one resource group when the inventory's pace lets it through; nothing of a group that is gone. */
export type InGroup = (group: string, read: () => Promise<Json[]>) => Promise<Json[]>
