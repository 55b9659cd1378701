"""Who helps, what was checked of them, and when they come."""
from marketplace.market.volunteering.models.appointments import Appointment, AppointmentAsk, AppointmentNote
from marketplace.market.volunteering.models.people import (
    Volunteer,
    VolunteerArea,
    VolunteerCheck,
    VolunteerSkill,
    VolunteerTime,
)

__all__ = ["Appointment", "AppointmentAsk", "AppointmentNote", "Volunteer", "VolunteerArea", "VolunteerCheck",
           "VolunteerSkill", "VolunteerTime"]
