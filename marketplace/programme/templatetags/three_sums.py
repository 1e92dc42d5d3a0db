"""`{{ "committed"|sum_name }}`: what one of the three sums is called, as everywhere else."""

from django import template

from marketplace.programme import wording

register = template.Library()
register.filter("sum_name", wording.sum_name)
