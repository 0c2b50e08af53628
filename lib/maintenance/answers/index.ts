export { announceMaintenance, getMaintenance } from './maintenance.ts'
