export {
  type CalendarContext,
  CalendarFaultError,
  readCalendarViews,
  dropCalendar,
  saveAndReadCalendar,
  readCalendarNow,
  refreshCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
