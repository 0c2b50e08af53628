export {
  type CalendarContext,
  CalendarFaultError,
  readApiCalendars,
  dropCalendar,
  saveAndReadCalendar,
  fetchAndStoreCalendar,
  fetchAndStoreDueCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
