export {
  type CalendarContext,
  CalendarFaultError,
  calendarViews,
  dropCalendar,
  putCalendar,
  readCalendarNow,
  refreshCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
