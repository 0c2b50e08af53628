export {
  type CalendarContext,
  CalendarFaultError,
  readApiCalendars,
  dropCalendar,
  saveAndReadCalendar,
  refreshCalendar,
  refreshCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
