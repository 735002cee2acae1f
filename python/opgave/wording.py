"""Dutch and English words, numbers and dates, the same on every machine.

Nothing here asks the operating system for its language or its time zone.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["nl", "en"]

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
SMALL_MARK = "<5"
HIDDEN_MARK = "x"
NONE_MARK = "\N{EN DASH}"

_MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

# What a name of the data is called: states, values and columns that the library knows.
_NAMES: dict[str, tuple[str, str]] = {
    "not_started": ("niet begonnen", "not started"),
    "under_way": ("onderweg", "under way"),
    "approached": ("benaderd", "approached"),
    "intake": ("intake", "intake"),
    "advised": ("advies gegeven", "advised"),
    "applied": ("subsidie aangevraagd", "grant applied"),
    "granted": ("subsidie toegekend", "grant awarded"),
    "contracted": ("contract getekend", "contract signed"),
    "started": ("werk begonnen", "works started"),
    "delivered": ("opgeleverd", "delivered"),
    "withdrawn": ("afgehaakt", "withdrawn"),
    "paused": ("gepauzeerd", "paused"),
    "received": ("ontvangen", "received"),
    "registered": ("geregistreerd", "registered"),
    "assessed": ("beoordeeld", "assessed"),
    "decided": ("besloten", "decided"),
    "completed": ("afgerond", "completed"),
    "return": ("hervat", "resumed"),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "unknown": ("onbekend", "unknown"),
    "programme": ("programma", "programme"),
    "reserve": ("reserve", "reserve"),
    "established": ("vastgesteld: eigen onderzoek", "established: own inspection"),
    "cluster": ("afgeleid: buurpand in het blok", "inferred: neighbour in the block"),
    "indicative": ("modelschatting, niet onderzocht", "model estimate, not inspected"),
    "error": ("fout", "error"),
    "warning": ("waarschuwing", "warning"),
    "neighbourhood": ("buurt", "neighbourhood"),
    "group": ("groep", "group"),
    "backlog": ("achterstallig onderhoud", "maintenance backlog"),
    "subsiding": ("bodemdaling", "subsidence"),
    "foundation_risk": ("funderingsrisico", "foundation risk"),
    "foundation_reliability": ("betrouwbaarheid", "reliability"),
    "tenure": ("eigendom", "tenure"),
    "energy_label": ("energielabel", "energy label"),
}

# What an issue code says, for the table of issues.
_ISSUES: dict[str, tuple[str, str]] = {
    "after_as_of": ("gebeurtenis na de peildatum", "event after the as-of day"),
    "after_completion": ("gebeurtenis na de afronding", "event after completion"),
    "after_exit": ("gebeurtenis na het afhaken", "event after an exit"),
    "backlog_out_of_range": ("achterstand is geen ja of nee", "backlog is not yes or no"),
    "bag_id_digits": ("identificatie bevat andere tekens dan cijfers",
                      "identification holds other signs than digits"),
    "bag_id_leading_zero": ("identificatie mist de eerste nul",
                            "identification lost its leading zero"),
    "bag_id_length": ("identificatie heeft geen 16 cijfers", "identification is not 16 digits"),
    "bag_id_scientific": ("identificatie is door een rekenblad afgerond",
                          "identification was rounded by a spreadsheet"),
    "bag_id_type": ("identificatie is niet van een verblijfsobject",
                    "identification is not of a dwelling"),
    "before_programme": ("gebeurtenis voor het begin van het programma",
                         "event before the programme starts"),
    "correction_of_nothing": ("correctie van iets dat er niet staat",
                              "correction of nothing"),
    "correction_undated": ("correctie zonder registratiedatum",
                           "correction without the day it was recorded"),
    "duplicate_dwelling": ("woning staat er twee keer in", "dwelling is listed twice"),
    "duplicate_event": ("gebeurtenis staat er twee keer in", "event is listed twice"),
    "group_out_of_range": ("onbekende groep", "unknown group"),
    "impossible_date": ("onmogelijke datum", "impossible date"),
    "label_out_of_range": ("onbekend energielabel", "unknown energy label"),
    "missing_date": ("datum ontbreekt", "missing date"),
    "missing_id": ("identificatie ontbreekt", "missing identification"),
    "number_out_of_range": ("getal buiten het bereik", "number out of range"),
    "recorded_before_date": ("geregistreerd voor de datum zelf",
                             "recorded before the date itself"),
    "reliability_out_of_range": ("onbekende betrouwbaarheid", "unknown reliability"),
    "risk_out_of_range": ("onbekende risicoklasse", "unknown risk class"),
    "score_out_of_range": ("conditiescore is niet 1 tot en met 6",
                           "condition score is not 1 to 6"),
    "undated_move": ("datum ontbreekt na een eerdere gebeurtenis",
                     "missing date after an earlier event"),
    "unknown_dwelling": ("gebeurtenis van een onbekende woning", "event of an unknown dwelling"),
    "unknown_stage": ("onbekende fase", "unknown stage"),
}  # fmt: skip

# Sentences and headings. Values in braces are already worded.
TEXTS: dict[str, tuple[str, str]] = {
    # what is counted
    "dwellings": ("woningen", "dwellings"),
    "cases": ("zaken", "cases"),
    # document
    "report_title": ("Voortgang: {title}", "Progress: {title}"),
    "programme_without_name": ("programma", "programme"),
    "as_of_line": ("Stand op {day}.", "As of {day}."),
    "known_line": ("Zoals bekend op {day}.", "As known on {day}."),
    "fictional": (
        "Fictieve gegevens. Het register in dit rapport is verzonnen: geen enkele woning, "
        "bewoner of uitkomst is echt.",
        "Fictional data. The register in this report is made up: no dwelling, resident or "
        "outcome is real.",
    ),
    "contents": ("Inhoud", "Contents"),
    "table_of": ("Tabel: {title}", "Table: {title}"),
    "hidden_note": (
        "<5: minder dan vijf {unit}. x: verborgen, omdat een kleinere cel er anders uit te "
        "berekenen is.",
        "<5: fewer than five {unit}. x: hidden, as a smaller cell could be computed from it.",
    ),
    # headline
    "section_headline": ("De kern", "The answer"),
    "chance": (
        "De kans dat {goal} {unit}{scope} {deadline} {state} is {probability}{margin}; "
        "ten hoogste {ceiling} {unit} kunnen nog zo ver komen of zijn dat al.",
        "The probability that {goal} {unit}{scope} {state} {deadline} is {probability}{margin}; "
        "at most {ceiling} {unit} can still get that far or already have.",
    ),
    "chance_reached": (
        "Het doel is gehaald: {goal} {unit}{scope} {state}, binnen de termijn ({deadline}).",
        "The target is met: {goal} {unit}{scope} {state}, within the term ({deadline}).",
    ),
    "chance_unreachable": (
        "Het doel is niet meer haalbaar: {goal} {unit}{scope} {deadline}, terwijl er ten "
        "hoogste {ceiling} nog zo ver kunnen komen of dat al zijn.",
        "The target is out of reach: {goal} {unit}{scope} {deadline}, while at most {ceiling} "
        "can still get that far or already have.",
    ),
    "chance_past": (
        "De termijn is voorbij: {deadline} waren {done} van de {goal} {unit}{scope} zo ver.",
        "The term is over: {done} of the {goal} {unit}{scope} were there {deadline}.",
    ),
    "no_month_end": (
        "een maandeinde tussen de peildatum en de termijn",
        "a month end between the as-of day and the deadline",
    ),
    "chance_missing": (
        "Over dit doel is geen kans te geven: {goal} {unit}{scope} {deadline}. Wat ontbreekt:",
        "No probability can be given for this target: {goal} {unit}{scope} {deadline}. "
        "What is missing:",
    ),
    "not_measured": (
        "Dit register meet dit doel niet ({quantity}); er is dus geen kans berekend. "
        "Het doel is {goal} {deadline}.",
        "This register does not measure this target ({quantity}), so no probability is "
        "computed. The target is {goal} {deadline}.",
    ),
    "not_measured_done": (
        "Volgens de bron is {done} bereikt.",
        "According to its source {done} is reached.",
    ),
    "quantity_net_additions": ("netto toegevoegde woningen", "net added homes"),
    "quantity_counted": ("elders geteld", "counted elsewhere"),
    "about": ("circa {number}", "about {number}"),
    "section_elsewhere": ("Wat elders geteld is", "What is counted elsewhere"),
    "elsewhere_title": (
        "Andere onderdelen van het programma",
        "Other parts of the programme",
    ),
    "elsewhere_note": (
        "Dit register meet deze onderdelen niet. De aantallen komen uit de genoemde bron en zijn "
        "hier niet nagerekend.",
        "This register does not measure these parts. The numbers come from the source named and "
        "are not checked here.",
    ),
    "pillar": ("Pijler", "Pillar"),
    "indicator": ("Onderdeel", "Part"),
    "no_targets": (
        "Dit programma heeft geen doel dat in dit register te meten is. Daarom staat hier "
        "geen kans.",
        "This programme has no target that this register can measure, so no probability is "
        "given here.",
    ),
    "margin_note": (
        "± is de onzekerheid van de berekening zelf (95 %), in procentpunten. Dat het model of "
        "het plan anders kan uitpakken dan aangenomen, zit daar niet in.",
        "± is the uncertainty of the computation itself (95 %), in percentage points. It does not "
        "hold the chance that the model or the plan turns out otherwise.",
    ),
    "by_day": ("uiterlijk {day}", "by {day}"),
    "before_day": ("vóór {day}", "before {day}"),
    "are_delivered": ("zijn opgeleverd", "are delivered"),
    "are_in_state": ("de stand “{state}” hebben", "have the status “{state}”"),
    "source": ("Bron: {source}", "Source: {source}"),
    # key figures
    "section_figures": ("Kerncijfers", "Key figures"),
    "figure_total": ("{unit} in het register", "{unit} in the register"),
    "target": ("Doel", "Target"),
    "target_line": ("doel", "target"),
    "deadline": ("Termijn", "Deadline"),
    "done": ("Bereikt", "Done"),
    "goal": ("Doel (aantal)", "Goal"),
    "share": ("Aandeel", "Share"),
    "pace": ("Nodig per maand", "Needed per month"),
    "scope_unknown": ("Waarde onbekend", "Value unknown"),
    "months_left": ("Maanden te gaan", "Months left"),
    "ceiling": ("Plafond", "Ceiling"),
    "probability": ("Kans", "Probability"),
    "targets_table": ("Doelen en voortgang", "Targets and progress"),
    # fan
    "section_fan": ("Verloop en prognose", "Course and projection"),
    "fan_title": ("{state}: gemeten en verwacht", "{state}: observed and projected"),
    "fan_note": (
        "De doorgetrokken lijn is gemeten, tot de peildatum. Daarna volgt de prognose: de "
        "stippellijn is de middelste uitkomst, in de donkere band vallen 5 van de 10 "
        "uitkomsten, in de lichte band 9 van de 10.",
        "The solid line is observed, up to the as-of day. The projection follows: the dashed "
        "line is the middle outcome, the dark band holds 5 in 10 outcomes, the light band "
        "9 in 10.",
    ),
    "fan_observed_none": (
        "Er is nog te weinig gemeten om zonder kleine aantallen te tonen.",
        "Too little is observed to show without small numbers.",
    ),
    "fan_alt": (
        "Lijngrafiek. Op {as_of} zijn {done} {unit} zo ver. De prognose voor {end}: de "
        "middelste uitkomst is {median}, 9 van de 10 uitkomsten liggen tussen {low} en {high}.",
        "Line chart. On {as_of}, {done} {unit} are there. The projection for {end}: the middle "
        "outcome is {median}, 9 in 10 outcomes lie between {low} and {high}.",
    ),
    "fan_alt_target": (
        " Het doel is {goal} {deadline}.",
        " The target is {goal} {deadline}.",
    ),
    "observed": ("gemeten", "observed"),
    "projected": ("prognose", "projection"),
    "goal_label": ("doel {goal}", "target {goal}"),
    "as_of_label": ("stand {day}", "as of {day}"),
    "count_axis": ("aantal {unit}", "number of {unit}"),
    "month_end": ("Eind van de maand", "End of the month"),
    "median": ("Mediaan", "Median"),
    "kind": ("Soort", "Kind"),
    "no_projection": (
        "Er is geen prognose gemaakt. Wat ontbreekt:",
        "No projection is made. What is missing:",
    ),
    # funnel
    "section_funnel": ("Hoe ver kwam iedereen ooit?", "How far did everyone ever get?"),
    "funnel_title": ("Trechter: ooit bereikt", "Funnel: ever reached"),
    "funnel_note": (
        "Bereikt: de stap is echt gemeld. Bereikt of voorbij: ook wie de stap oversloeg en "
        "verder is, telt mee. Wie later afhaakte, telt mee tot waar hij kwam.",
        "Reached: the step was really reported. Reached or passed: those that skipped the step "
        "and are further count too. Who withdrew later counts up to where they got.",
    ),
    "funnel_alt": (
        "Staafgrafiek per stap. Van {total} {unit} kwam {first} tot en met “{first_state}” en "
        "{last} tot en met “{last_state}”.",
        "Bar chart per step. Of {total} {unit}, {first} got as far as “{first_state}” and "
        "{last} as far as “{last_state}”.",
    ),
    "stage": ("Stap", "Step"),
    "reached": ("Bereikt", "Reached"),
    "passed": ("Bereikt of voorbij", "Reached or passed"),
    # stages
    "section_stages": ("Waar staat iedereen?", "Where is everyone?"),
    "section_areas": ("Voortgang per buurt", "Progress per neighbourhood"),
    "stages_title": ("Stand per stap", "Status per step"),
    "areas_title": ("Stand per buurt", "Status per neighbourhood"),
    "stages_alt": (
        "Gestapelde staafgrafiek van {total} {unit} naar huidige stap. De grootste groep is "
        "“{largest}” met {count}.",
        "Stacked bar chart of {total} {unit} by current step. The largest group is “{largest}” "
        "with {count}.",
    ),
    "areas_alt": (
        "Gestapelde staafgrafiek: per buurt het aantal {unit} naar huidige stap; {number} buurten.",
        "Stacked bar chart: per neighbourhood the number of {unit} by current step; {number} "
        "neighbourhoods.",
    ),
    "all": ("alle", "all"),
    "total": ("Totaal", "Total"),
    "hidden_part": ("verborgen (kleine aantallen)", "hidden (small numbers)"),
    "number": ("Aantal", "Number"),
    "no_areas": (
        "Dit register kent geen buurten.",
        "This register has no neighbourhoods.",
    ),
    # crossings
    "section_backlog": (
        "Achterstallig onderhoud en bodemdaling",
        "Maintenance backlog and subsidence",
    ),
    "crossing_title": ("Stand naar {column}", "Status by {column}"),
    "crossing_alt": (
        "Gestapelde staafgrafiek: de huidige stap van {unit} naar {column}.",
        "Stacked bar chart: the current step of {unit} by {column}.",
    ),
    "subsiding_note": (
        "Een woning telt als dalend bij {speed} mm per jaar of sneller.",
        "A dwelling counts as subsiding at {speed} mm per year or faster.",
    ),
    "foundation_title": (
        "Funderingsrisico naar herkomst van het oordeel",
        "Foundation risk by where the judgement comes from",
    ),
    "foundation_note": (
        "Alleen een eigen onderzoek stelt een risico vast. Een modelschatting zegt iets over "
        "een soort pand op een soort grond, niet over een bepaald adres; een oordeel over een "
        "buurpand geldt voor het blok. Tel de kolommen niet bij elkaar op alsof het feiten "
        "zijn.",
        "Only an own inspection establishes a risk. A model estimate says something about a "
        "kind of building on a kind of soil, not about an address; a judgement of a neighbour "
        "is about the block. Do not add the columns as if they were facts.",
    ),
    # ages
    "section_ages": ("Hoe lang in de huidige stap?", "How long in the current step?"),
    "ages_title": ("Dagen in de huidige stap", "Days in the current step"),
    "ages_note": (
        "De balk loopt van het eerste tot het derde kwartiel, het streepje is de mediaan, de "
        "lijn loopt van 10 % tot 90 %. Een stap met minder dan vijf {unit} is weggelaten.",
        "The bar runs from the first to the third quartile, the tick is the median, the line "
        "runs from 10 % to 90 %. A step with fewer than five {unit} is left out.",
    ),
    "ages_alt": (
        "Grafiek van de wachttijd per stap. Het langst is de mediaan bij “{stage}”: {days} dagen.",
        "Chart of the time waited per step. The median is longest at “{stage}”: {days} days.",
    ),
    "ages_none": (
        "Geen stap heeft vijf of meer {unit} onderweg.",
        "No step has five or more {unit} under way.",
    ),
    "days_axis": ("dagen", "days"),
    # throughput
    "section_throughput": ("Tempo", "Pace"),
    "throughput_title": ("{state} per {period}", "{state} per {period}"),
    "period_month": ("maand", "month"),
    "period_quarter": ("kwartaal", "quarter"),
    "period_year": ("jaar", "year"),
    "throughput_alt": (
        "Staafgrafiek van het aantal {unit} per {period}, {first} tot en met {last}; in totaal "
        "{total}. {stall}",
        "Bar chart of the number of {unit} per {period}, {first} up to and including {last}; "
        "{total} in all. {stall}",
    ),
    "throughput_note": (
        "Een lichte, gestippelde staaf staat voor één tot en met vier {unit}; de hoogte zegt "
        "verder niets.",
        "A light, dashed bar stands for one up to four {unit}; its height says nothing more.",
    ),
    "stall": (
        "Stilstand: na {month} is er {number} maanden niets bijgekomen.",
        "Stall: nothing was added for {number} months after {month}.",
    ),
    "no_stall": (
        "Er is geen stilstand van twee maanden of meer aan het eind.",
        "There is no stall of two months or more at the end.",
    ),
    "throughput_none": (
        "Er is nog geen enkele keer “{state}” gemeld.",
        "“{state}” has not been reported once.",
    ),
    "period": ("Periode", "Period"),
    "cumulative": ("Samen tot en met", "Total up to"),
    # issues
    "section_issues": ("Kwaliteit van de gegevens", "Data quality"),
    "issues_none": ("Er zijn geen meldingen.", "There are no issues."),
    "issues_note": (
        "Geteld zijn meldingen, geen {unit}. Identificaties staan niet in dit rapport.",
        "Issues are counted, not {unit}. This report holds no identifications.",
    ),
    "severity": ("Ernst", "Severity"),
    "code": ("Code", "Code"),
    "meaning": ("Betekenis", "Meaning"),
    "issues_title": ("Meldingen naar ernst en soort", "Issues by severity and kind"),
    # grants
    "section_grants": ("Toegekende middelen", "Grants"),
    "grants_title": ("Bedragen en hun bronnen", "Amounts and their sources"),
    "grants_note": (
        "Toegekend is niet hetzelfde als ontvangen of uitgegeven. Waar bronnen verschillen, "
        "staan beide bedragen er; er is niet gekozen en niet gemiddeld.",
        "Awarded is not received or spent. Where sources differ both amounts are shown; none "
        "is chosen and none averaged.",
    ),
    "grant": ("Toekenning", "Grant"),
    "amount": ("Bedrag", "Amount"),
    "source_column": ("Bron", "Source"),
    "source_date": ("Datum van de bron", "Date of the source"),
    "grants_conflict": (
        "De bronnen over {grant} verschillen {amount}.",
        "The sources on {grant} differ by {amount}.",
    ),
    "ledger_title": ("Stand van de middelen op {day}", "Where the money stands on {day}"),
    "ledger_reserved": ("Gereserveerd", "Reserved"),
    "ledger_committed": ("Toegezegd", "Committed"),
    "ledger_paid": ("Uitbetaald", "Paid"),
    "ledger_released": ("Vrijgevallen", "Released"),
    "ledger_free": ("Vrij", "Free"),
    "at_most": ("ten hoogste {number}", "at most {number}"),
    "ledger_note": (
        "Volgens het register, per bron van de toekenning. Tussen haakjes: {unit} waarvan het "
        "bedrag niet bekend is; die tellen niet mee in het bedrag. Vrij is de toekenning zonder "
        "het deel voor het btw-compensatiefonds, voor zover bekend, min alles wat gereserveerd, "
        "toegezegd of uitbetaald is.",
        "As the register has it, per source of the award. In brackets: {unit} whose amount is not "
        "known; they are not in the amount. Free is the award less the part for the VAT "
        "compensation fund, as far as known, and less all that is reserved, committed or paid.",
    ),
    # provenance
    "section_provenance": ("Aannames en herkomst", "Assumptions and provenance"),
    "method_title": ("Methode", "Method"),
    "method": (
        "Elke stap heeft per duurklasse een tempo. Dat tempo komt uit de gemeten doorlooptijden "
        "(gecensureerd waar men nog wacht, afhaken is een eigen uitkomst) en uit de aannames "
        "vooraf hieronder. De simulatie laat elke woning beginnen waar zij op de peildatum "
        "staat, met de tijd die zij daar al wacht; elk pad trekt zijn eigen tempo's. De kans is "
        "het gemiddelde over de paden: de kans op het doel bij die tempo's waar niemand op een "
        "plek of op geld wacht, en anders het aandeel paden dat het doel haalt.",
        "Every step has a rate per duration band. It comes from the observed durations "
        "(censored while waiting; withdrawal is an outcome of its own) and from the prior "
        "below. The simulation starts every dwelling where it stands on the as-of day, with the "
        "time already waited; every path draws its own rates. The probability is the mean over "
        "paths: of the chance of the target at those rates where nobody waits for a slot or for "
        "money, else the share of paths that meet the target.",
    ),
    "method_counts": (
        "Dit rapport telt wat in het register staat. Er is geen prognose gemaakt.",
        "This report counts what the register holds. No projection is made.",
    ),
    "provenance_title": ("Gegevens van dit rapport", "Facts of this report"),
    "what": ("Wat", "What"),
    "value": ("Waarde", "Value"),
    "as_of": ("Peildatum", "As-of day"),
    "known_on": ("Bekend op", "Known on"),
    "known_all": ("alles in het register", "everything in the register"),
    "until": ("Prognose tot en met", "Projection until"),
    "seed": ("Startgetal van het toeval", "Seed"),
    "paths": ("Aantal paden", "Paths"),
    "version": ("Versie van opgave", "Version of opgave"),
    "programme_name": ("Programma", "Programme"),
    "programme_start": ("Begin van het programma", "Start of the programme"),
    "inflow": ("Instroomplan", "Inflow plan"),
    "inflow_text": (
        "{per_month} per maand, van {start} tot {end}; jaarlijkse uitvoering met een "
        "standaardafwijking van {sd}",
        "{per_month} per month, from {start} to {end}; yearly adherence with a standard "
        "deviation of {sd}",
    ),
    "inflow_given": (
        "opgegeven plan: {total} in de hele periode",
        "a plan of its own: {total} in the whole period",
    ),
    "together": ("Beslissen samen", "Decide together"),
    "inflow_none": ("geen: niemand wordt meer benaderd", "none: nobody else is approached"),
    "prior_title": (
        "Aannames vooraf: tempo per maand",
        "Prior: rate per month",
    ),
    "prior_note": (
        "Van {cells} tempo's steunen er {prior} voor meer dan de helft op deze aannames; de "
        "rest vooral op gemeten doorlooptijden.",
        "Of {cells} rates {prior} rest for more than half on this prior; the others mostly on "
        "observed durations.",
    ),
    "prior_none": (
        "Dit programma heeft geen aannames vooraf.",
        "This programme has no prior.",
    ),
    "prior_spread": (
        "Vormgetal van het niveau {level}, van de duurklasse {band}.",
        "Shape of the level {level}, of the duration band {band}.",
    ),
    "from": ("Van", "From"),
    "to": ("Naar", "To"),
    "band_from": ("vanaf {from_} mnd", "from {from_} mo"),
    "band": ("{from_} tot {to} mnd", "{from_} to {to} mo"),
    "sources": ("Bronnen", "Sources"),
    "short_name": ("Korte naam", "Short name"),
    "privacy_title": ("Kleine aantallen", "Small numbers"),
    "privacy": (
        "Aantallen van één tot en met vier {unit} zijn vervangen door <5. Waar zo'n aantal uit "
        "andere cellen te berekenen zou zijn, is ook een grotere cel verborgen (x). Nul is nul. "
        "De grafieken tonen niet meer dan de tabellen.",
        "Numbers from one up to four {unit} are replaced by <5. Where such a number could be "
        "computed from other cells, a larger cell is hidden too (x). Zero is zero. The charts "
        "show no more than the tables.",
    ),
    # plan
    "plan_inflow": (
        "{per_month} {unit} per maand benaderd, van {start} tot en met {end}.",
        "{per_month} {unit} approached per month, from {start} to {end}.",
    ),
    "plan_gate": (
        "Ten hoogste {slots} {unit} per maand kunnen naar {state}{scope}{when}.",
        "At most {slots} {unit} a month can enter {state}{scope}{when}.",
    ),
    "plan_gate_at_once": (
        "Ten hoogste {slots} {unit} tegelijk kunnen in {state} zijn{scope}{when}.",
        "At most {slots} {unit} can be in {state} at once{scope}{when}.",
    ),
    "plan_budget": (
        "Budget “{name}”: {total} in {years}. Wie naar {state} gaat kost {costs}. {rest} {order}",
        "Budget “{name}”: {total} in {years}. Entering {state} costs {costs}. {rest} {order}",
    ),
    "plan_carries_over": (
        "Wat een jaar overlaat gaat mee naar het volgende.",
        "What a year leaves is there in the next.",
    ),
    "plan_lapses": ("Wat een jaar overlaat vervalt.", "What a year leaves lapses."),
    "plan_stops": (
        "Wie vooraan staat en niet past, houdt de rest op.",
        "Who is first and does not fit holds up the others.",
    ),
    "plan_skips": (
        "Wie vooraan staat en niet past, laat goedkopere voorgaan.",
        "Who is first and does not fit lets cheaper ones pass.",
    ),
    "plan_lever": (
        "Het tempo vooruit uit {state} is {factor} keer zo hoog{scope}{when}{doubt}.",
        "The pace onward from {state} is {factor} times as high{scope}{when}{doubt}.",
    ),
    "plan_lever_to": (
        "Het tempo van {state} naar {to} is {factor} keer zo hoog{scope}{when}{doubt}.",
        "The pace from {state} to {to} is {factor} times as high{scope}{when}{doubt}.",
    ),
    "plan_doubt": (
        ", met een onzekerheid van {sd} in de logaritme",
        ", with an uncertainty of {sd} in its logarithm",
    ),
    "plan_priority": ("Voorrang, in deze volgorde: {order}.", "Priority, in this order: {order}."),
    "plan_waits": (
        "Wie op een plaats of op geld wacht, haakt niet af.",
        "Those that wait for a slot or for money do not leave.",
    ),
    "or": (" of ", " or "),
    "plan_from": (" vanaf {day}", " from {day}"),
    "plan_until": (" tot en met {day}", " up to {day}"),
    "section_plan": ("Het plan", "The plan"),
    "plan_title": ("Scenario: {title}.", "Scenario: {title}."),
    "plan_fictional": ("Dit scenario is fictief.", "This scenario is fictional."),
    "plan_given": (
        "Een opgegeven plan: {total} {unit} benaderd in de hele periode.",
        "A plan of its own: {total} {unit} approached in the whole period.",
    ),
    "plan_nobody": (
        "Niemand wordt meer benaderd: alleen wie al onderweg is telt.",
        "Nobody else is approached: only those under way count.",
    ),
    "plan_together": (
        "Wie dezelfde waarde heeft in “{column}” en even ver is, beslist samen.",
        "Those with the same value in “{column}” that stand alike decide as one.",
    ),
    "plan_waiting": (
        "De meeste {unit} wachten op {day}: {middle} in de middelste uitkomst, {low} tot {high} "
        "in 9 van de 10 uitkomsten.",
        "Most {unit} wait on {day}: {middle} in the middle outcome, {low} to {high} in 9 in 10 "
        "outcomes.",
    ),
    "budget": ("Budget", "Budget"),
    "budget_title": (
        "Beschikbaar en uitgegeven tot en met {day}",
        "Available and spent up to {day}",
    ),
    "budget_there": ("Beschikbaar", "Available"),
    "budget_spent": ("Uitgegeven ({level})", "Spent ({level})"),
    "budget_hidden": (
        "x: verborgen, omdat het om minder dan {least} {unit} gaat.",
        "x: hidden, as it is for fewer than {least} {unit}.",
    ),
    # advice
    "section_advice": ("Wat zou helpen?", "What would help?"),
    "advice_now": (
        "{target}: de kans is {chance} zoals gepland.",
        "{target}: the probability is {chance} as planned.",
    ),
    "advice_title": ("Winst per stap: {target}", "Gain of each step: {target}"),
    "advice_note": (
        "Wat een stap kost en of zij kan, weet het register niet. Een sneller tempo is een "
        "aanname: hoe het te bereiken is, staat er niet bij.",
        "What a step costs, and whether it can be done, the register does not know. A faster pace "
        "is an assumption: how to get there is not said.",
    ),
    "advice_alt": (
        "Staafgrafiek van {number} stappen naar winst in kans. Bovenaan: {first}; {gain} "
        "procentpunt.",
        "Bar chart of {number} steps by gain in probability. On top: {first}; {gain} percentage "
        "points.",
    ),
    "gain_axis": ("winst in procentpunt", "gain in percentage points"),
    "gain_probability": ("Winst in kans (procentpunt)", "Gain in probability (points)"),
    "gain_count": ("Winst in {unit}", "Gain in {unit}"),
    "gain_note": (
        "± en de streepjes: de rekenonzekerheid (95 %) van {paths} paren van uitkomsten die "
        "hetzelfde toeval treffen.",
        "± and the whiskers: the simulation's own uncertainty (95 %), from {paths} pairs of "
        "outcomes that meet the same chance.",
    ),
    # assumptions
    "section_assumptions": ("Hoeveel rust op aannames?", "How much rests on assumptions?"),
    "assumptions_title": (
        "De kans onder een zwakkere aanname vooraf",
        "The probability under a weaker prior",
    ),
    "assumptions_note": (
        "Het tempo van elke stap komt uit het register en uit aannames vooraf. Telden die aannames "
        "voor een kwart mee, dan zou de kans zijn wat hieronder in de derde kolom staat (uit "
        "{paths} paden). Hoe minder beide verschillen, hoe meer het register zelf zegt.",
        "The pace of each step comes from the register and from a prior. Were that prior worth a "
        "quarter of what it is, the probability would be what the third column says (from {paths} "
        "paths). The less the two differ, the more the register itself says.",
    ),
    "weak_probability": ("Kans bij een kwart van de aannames", "Probability with a quarter of it"),
    "weak_difference": ("Verschil (procentpunt)", "Difference (points)"),
    "prior_share": ("Deel van de spreiding door aannames", "Share of the spread from the prior"),
    "prior_share_note": (
        "De laatste kolom zegt welk deel van de variantie op de deadline verdwijnt als het tempo "
        "van stappen met minder dan drie waarnemingen bekend was. Waar woningen op een plaats of "
        "op geld wachten is dat niet te berekenen.",
        "The last column says what part of the variance on the deadline would vanish if the pace "
        "of steps with fewer than three observations were known. Where dwellings wait for a slot "
        "or for money it cannot be computed.",
    ),
    "step_approach": ("een tiende meer benaderd", "a tenth more approached"),
    "step_pace": ("een tiende sneller uit {of}", "a tenth faster out of {of}"),
    "step_exit": ("een tiende minder die eindigen in {of}", "a tenth fewer who end in {of}"),
    "step_slots": (
        "een tiende meer plaatsen voor {of}{scope}",
        "a tenth more slots for {of}{scope}",
    ),
    "step_money": ("een tiende meer geld in {of}", "a tenth more money in {of}"),
    "required": (
        "Voor {sure} is {times} keer de geplande benadering nodig: {per_month} {unit} per maand.",
        "For {sure} it takes {times} times the planned approach, {per_month} {unit} a month.",
    ),
    "required_none": (
        "Alleen meer eigenaren benaderen geeft geen {sure}: ook {most} keer het plan geeft "
        "{probability}.",
        "Approaching more owners alone does not give {sure}: even {most} times the plan gives "
        "{probability}.",
    ),
    "required_worse": (
        "Alleen meer eigenaren benaderen helpt niet: {most} keer het plan geeft {probability}, "
        "minder dan zoals gepland. Plaatsen of geld raken dan eerder op.",
        "Approaching more owners alone does not help: {most} times the plan gives {probability}, "
        "less than as planned. Slots or money run out sooner.",
    ),
    "required_nobody": (
        "Voor {sure} hoeft niemand meer benaderd te worden.",
        "For {sure} nobody more needs to be approached.",
    ),
    "last_month": (
        "Tot {day} is het niet te laat: wie vanaf dan {most} keer de geplande benadering doet, "
        "haalt nog {sure}. Een maand later is meer benaderen alleen niet genoeg.",
        "Up to {day} it is not too late: {most} times the planned approach from then on still "
        "gives {sure}. A month later approaching more alone is not enough.",
    ),
    # notebook
    "register": ("Register", "Register"),
    "snapshot": ("Stand", "Snapshot"),
    "projection": ("Prognose", "Projection"),
    "fictional_short": ("Fictieve gegevens", "Fictional data"),
    # net homes
    "section_net_homes": ("Nieuwe woningen, netto", "Net homes"),
    "net_chance": (
        "De kans dat er voor {day} netto ten minste {goal} woningen bij komen is "
        "{probability}{margin}; ten hoogste kunnen het er {ceiling} worden.",
        "The probability that at least {goal} net homes are added before {day} is "
        "{probability}{margin}; at most {ceiling} can be.",
    ),
    "net_reached": (
        "Netto {goal} woningen voor {day} zijn bereikt; ten hoogste kunnen het er {ceiling} "
        "worden.",
        "{goal} net homes before {day} are reached; at most {ceiling} can be.",
    ),
    "net_unreachable": (
        "Netto {goal} woningen voor {day} zijn niet haalbaar: met deze projecten worden het er ten "
        "hoogste {ceiling}.",
        "{goal} net homes before {day} cannot be reached: with these projects there are at most "
        "{ceiling}.",
    ),
    "net_projects_of": ("De projecten zijn die van: {names}.", "The projects are of: {names}."),
    "net_fictional": (
        "Zij horen bij een fictief programma.",
        "They belong to a fictional programme.",
    ),
    "net_no_chance": (
        "Een kans is hier niet te geven. Wat ontbreekt:",
        "No probability can be given here. What is missing:",
    ),
    "net_expected": (
        "Verwacht worden netto {mean} woningen; negen van de tien uitkomsten liggen tussen {low} "
        "en {high}. Gemiddeld ontbreken er {shortfall} aan het doel.",
        "Expected are {mean} net homes; nine in ten outcomes lie between {low} and {high}. On "
        "average {shortfall} are missing to the goal.",
    ),
    "net_assumed": (
        "Hoe vaak projecten per fase afvallen en hoe laat ze zijn, is aangenomen of geleerd van "
        "eerdere projecten; die onzekerheid zit in de spreiding. Sloop telt vanaf haar eigen dag.",
        "How often projects fall through per phase and how late they are is assumed or learned "
        "from earlier projects; that uncertainty is part of the spread. Demolition counts from its "
        "own day on.",
    ),
    "net_fan_title": ("Netto toegevoegde woningen", "Net homes added"),
    "net_fan_alt": (
        "Eind {end} zijn er naar verwachting netto {median} woningen bij, tussen {low} en {high}; "
        "het doel is {goal}.",
        "At the end of {end} {median} net homes are expected, between {low} and {high}; the target "
        "is {goal}.",
    ),
    "net_chance_head": ("Kans op {goal}", "Chance of {goal}"),
    "leverage_title": ("Wat elk project verandert", "What each project changes"),
    "leverage_alt": (
        "{project} verandert de kans het meest: {dropped} procentpunt als het vervalt, {secured} "
        "als het zeker is.",
        "{project} changes the chance most: {dropped} percentage points if it is dropped, "
        "{secured} if it is secured.",
    ),
    "leverage_note": (
        "Verschil in kans, in procentpunten. Ruit: een jaar eerder gepland.",
        "Difference of the chance, in percentage points. Diamond: planned a year earlier.",
    ),
    "leverage_secured": ("zeker en op tijd", "secured"),
    "leverage_dropped": ("vervallen", "dropped"),
    "leverage_advanced": ("een jaar eerder", "a year earlier"),
    "points_axis": ("procentpunten", "percentage points"),
    "project_head": ("Project", "Project"),
    "left_title": ("Telt niet mee als toekomst", "Not counted as future"),
    "left_why": ("Waarom", "Why"),
    "left_completed": (
        "opgeleverd: zit in de gemeten voorraad",
        "completed: in the observed stock",
    ),
    "left_demolished": (
        "sloop is geweest: al uit de gemeten voorraad",
        "demolished already: out of the observed stock",
    ),
    "left_listed_twice": ("staat er twee keer in: telt een keer", "listed twice: counts once"),
    "left_unknown_units": ("aantal woningen onbekend", "number of homes unknown"),
    "left_unknown_demolition": (
        "bruto of netto en sloop onbekend",
        "gross or net, and the demolition, unknown",
    ),
    "left_unknown_completion": ("geplande oplevering onbekend", "planned completion unknown"),
    "left_unknown_phase": ("fase en hardheid onbekend", "phase and hardness unknown"),
}


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Examples
    --------
    >>> from opgave.wording import Words
    >>> Words("nl").number(1234.5, 1)
    '1.234,5'
    >>> Words("en").number(1234.5, 1)
    '1,234.5'
    """

    language: Language = "nl"

    def __post_init__(self) -> None:
        if self.language not in get_args(Language):
            allowed = ", ".join(get_args(Language))
            raise ValueError(f"language must be one of {allowed}, got {self.language!r}")

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[0] if self.language == "nl" else pair[1]

    def text(self, key: str, /, **values: object) -> str:
        """The text of a key, its braces filled.

        >>> Words("en").text("by_day", day="31 December 2034")
        'by 31 December 2034'
        """
        return self._pick(TEXTS[key]).format(**values).replace(" %", f"{SPACE}%")

    def name(self, value: object) -> str:
        """What a state, value or column of the data is called; itself if it has no other name.

        >>> Words("nl").name("delivered"), Words("nl").name("Oud Krispijn")
        ('opgeleverd', 'Oud Krispijn')
        """
        text = "unknown" if value is None else str(value)
        return self._pick(_NAMES[text]) if text in _NAMES else text

    def issue(self, code: str) -> str:
        """What an issue code means, or the code."""
        return self._pick(_ISSUES[code]) if code in _ISSUES else code.replace("_", " ")

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with the language's marks for thousands and decimals.

        >>> Words("nl").number(-12345) == MINUS + "12.345"
        True
        """
        if not math.isfinite(value):
            return NONE_MARK
        text = f"{abs(value):,.{decimals}f}"
        if self.language == "nl":
            text = text.translate(str.maketrans(",.", ".,"))
        return MINUS + text if value < 0 and any(c in "123456789" for c in text) else text

    def percent(self, share: float, decimals: int = 0) -> str:
        r"""A share as a percentage.

        >>> Words("nl").percent(0.125, 1)
        '12,5\xa0%'
        """
        return f"{self.number(share * 100, decimals)}{SPACE}%"

    def probability(self, value: float) -> str:
        r"""A probability in whole percents, never 0 or 100.

        >>> [Words("nl").probability(p) for p in (0.00005, 0.615, 0.99995)]
        ['<\xa01\xa0%', '62\xa0%', '>\xa099\xa0%']
        """
        if not 0 <= value <= 1:
            raise ValueError(f"probability must be in [0, 1], got {value}")
        if value < 0.01:
            return f"<{SPACE}1{SPACE}%"
        if value > 0.99:
            return f">{SPACE}99{SPACE}%"
        return f"{math.floor(value * 100 + 0.5)}{SPACE}%"

    def margin(self, value: float, std_error: float) -> str:
        r"""The 95 % margin of a probability in percentage points, rounded up; empty at the ends.

        >>> Words("nl").margin(0.615, 0.0049)
        ' (±\xa01)'
        """
        if not 0.01 <= value <= 0.99:
            return ""
        points = max(1, math.ceil(196 * std_error - 1e-9))
        return f" (±{SPACE}{points})"

    def day(self, day: dt.date) -> str:
        r"""A date in words.

        >>> import datetime as dt
        >>> Words("nl").day(dt.date(2034, 12, 31))
        '31\xa0december\xa02034'
        """
        return f"{day.day}{SPACE}{_MONTHS[self.language][day.month - 1]}{SPACE}{day.year}"

    def month(self, day: dt.date) -> str:
        """The month of a date in words."""
        return f"{_MONTHS[self.language][day.month - 1]}{SPACE}{day.year}"

    def euro(self, cents: int, *, whole: bool = False) -> str:
        r"""An amount in euros and cents, or in whole euros.

        >>> Words("nl").euro(799999967)
        '€\xa07.999.999,67'
        >>> Words("en").euro(800000000, whole=True)
        '€\xa08,000,000'
        """
        sign = MINUS if cents < 0 else ""
        euros, rest = divmod(abs(cents), 100)
        if whole:
            return f"{sign}€{SPACE}{self.number(euros + (rest >= 50))}"
        decimal = "," if self.language == "nl" else "."
        return f"{sign}€{SPACE}{self.number(euros)}{decimal}{rest:02d}"

    def period(self, begin: dt.date, every: str) -> str:
        r"""A calendar period that begins on a day.

        >>> import datetime as dt
        >>> Words("nl").period(dt.date(2026, 4, 1), "quarter")
        '2e\xa0kwartaal\xa02026'
        """
        if every == "month":
            return self.month(begin)
        if every == "year":
            return str(begin.year)
        quarter = (begin.month + 2) // 3
        if self.language == "nl":
            return f"{quarter}e{SPACE}kwartaal{SPACE}{begin.year}"
        return f"Q{quarter}{SPACE}{begin.year}"

    def capital(self, text: str) -> str:
        """The text with a capital first letter."""
        return text[:1].upper() + text[1:]


def scope_words(words: Words, scope: Mapping[str, str | Sequence[str]]) -> str:
    """A scope between brackets; empty without one.

    Examples
    --------
    >>> scope_words(Words("nl"), {"backlog": "yes"})
    ' (achterstallig onderhoud: ja)'
    """
    return f" ({scope_list(words, scope)})" if scope else ""


def scope_list(words: Words, scope: Mapping[str, str | Sequence[str]]) -> str:
    """Each column of a scope with the value or the values that count.

    Examples
    --------
    >>> scope_list(Words("en"), {"foundation_risk": ["D", "E"], "backlog": "yes"})
    'foundation risk: D or E, maintenance backlog: yes'
    """
    parts = []
    for column, values in scope.items():
        named = [values] if isinstance(values, str) else values
        either = words.text("or").join(map(words.name, named))
        parts.append(f"{words.name(column)}: {either}")
    return ", ".join(parts)
