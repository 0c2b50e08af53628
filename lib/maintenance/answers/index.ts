export { announceMaintenance, getMaintenance } from './maintenance.ts'
export { closeNotice, getUnreadNotices, noticeBefore } from './unread-notices.ts'
