export { publishMaintenanceChange, getMaintenance } from './maintenance.ts'
export { changeUnreadNoticeState, getUnreadNotices, readNoticeBeforeChange } from './unread-notices.ts'
