"""News of demands, quotes and contracts, for rooms above that write mails or count."""

from django.dispatch import Signal

demand_opened = Signal()  # demand: matching has told whom it fits
demand_ended = Signal()  # demand, why: awarded, closed, cancelled or expired
quote_sent = Signal()  # quote
quote_ended = Signal()  # quote, why: declined, withdrawn, expired, superseded
quote_ending = Signal()  # quote: it stands for two days more
quote_accepted = Signal()  # quote, contract
countered = Signal()  # counter
remarked = Signal()  # remark
contract_signed = Signal()  # signature
amendment_proposed = Signal()  # amendment, side: of whom it comes
amendment_ended = Signal()  # amendment, side: of whom it comes; "": it is over by itself
call_off_moved = Signal()  # call_off
supply_bought = Signal()  # agreements: what the seller of record bought just now
