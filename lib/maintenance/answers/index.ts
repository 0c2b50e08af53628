export { publishMaintenanceChange, getMaintenance } from './maintenance.ts'
export { closeNotice, getUnreadNotices, readNoticeBeforeChange } from './unread-notices.ts'
