// The clipped log of a harbour and the orders of its master. Written for this project.

#include "teacher/corpus_grammars.hpp"

namespace assay::teacher {

const std::string_view harbour_grammar = R"(
%document
{entry}\n{entry}\n{entry}
{entry}\n{entry}
{hour}. {report}
{hour}. {report} {report}
{question}{seam}{reply}
{question}{seam}{reply}
{question}{seam}{reply}
{question}{seam}{reply} {order}
LOG {day}\n\n{entry}\n{entry}\n{entry}\n{entry}
To {who}: {order} {order}
{chat}
{note}

%seam
 
 
\n
\n\n

%chat
<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{reply}<|im_end|>
<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{reply}<|im_end|>

%question
Who has the {gear}?
Where is the {boat}?
What is the wind doing?
What is in the {place}?
When does the {boat} sail?
Why is the {boat} late?
How deep is the {place}?
How many {cargo} came in {day}?
How do we {job} in this wind?
Is the {gear} mended?
Can the {boat} pass the {place}?
Should we {job} before dark?
What is the difference between the {boat} and the {boat}?
What is a good way to {job}?
Write to {who} about the {cargo}.
Tell {who} to {job}.
Give me the count of {cargo}.

%reply
{Fact}.
{Fact}. {Fact}.
Yes. {fact}.
No. {Fact}. {order}
Not before {hour}. {Fact}.
Ask {who}. {Fact}.
Cannot say. {Fact}.
The {boat} has it. {Fact}.
{Count} {cargo}, {state}. {Fact}.

%entry
{hour}. {report}
{hour}. {Wind}. {Fact}.
{hour}. {Fact}. {Fact}. {order}
{hour}. {boat_name} in, {count} {cargo}, {state}.
{hour}. {boat_name} out with {count} {cargo} for {port}.
{hour}. Nothing. {Wind}.

%report
{Wind}, {sea}. {Fact}.
{boat_name} {did}. {Fact}.
{boat_name} {did}, {boat_name} {did}.
Tide {tide}. {Wind}. {Fact}.
{count} {cargo} landed, {count} lost. {order}
Fog on the {place}. Bell rung each {count} minutes.

%note
NOTE. {order} {order}\n-- harbour master
Paid {who} {count} crowns for {cargo}. Owed: {count}.
{cargo}: {count}. {cargo}: {count}. {cargo}: {count}. Sum checked by {who}.
| hour | boat | load |\n| {hour} | {boat_name} | {count} {cargo} |\n| {hour} | {boat_name} | {count} {cargo} |

%fact
the {boat} is {state}
{boat_name} {did}
{gear} {state}
no {cargo} left in the shed
{count} {cargo} on the {place}
{who} has the watch
{who} went out at {hour}
{who} says the {place} is {state}
the {place} is clear
ice on the {place}
tide {tide}
wind {direction}
{cargo} {state}, {gear} {state}
all hands {did_hands}
the {gear} broke on the {place}
price of {cargo} up by {count}
price of {cargo} down by {count}
rope, tar and {cargo} wanted
two men sick, the rest {state}

%order
Hold all boats.
Clear the {place}.
Mend the {gear} first.
Send {who} to the {place}.
Light the {gear} by {hour}.
No one to {job} alone.
{Job} at once.
Count the {cargo} again.
Keep the {boat} off the {place}.
Report at {hour}.
Let {who} {job}.
Double the watch.
Pay {who} when the {cargo} is weighed.
Do not wait for the {boat}.

%wind
wind {direction}
wind {direction}, {count} knots
gale from {direction}
calm
light air, {direction}
squalls, {direction}, easing by {hour}
rain since {hour}
snow from {direction}
barometer falling
barometer steady

%sea
sea rough
sea smooth
long swell
short steep sea
slack water
visibility one mile
no stars
good light

%tide
low at {hour}
high at {hour}
turning
running hard
slack

%direction
west
north-west
north
north-east
east
south-east
south
south-west

%boat
ferry
pilot boat
herring boat
dredger
lighter
mail boat
tug
schooner
lifeboat
collier

%boat_name
Gannet
Marigold
Old Hanne
Swift
Patience
Number Nine
Three Brothers
Ebba
Kestrel
Aurora
Northern Star
the Dutchman

%gear
lamp
bell
winch
anchor
pump
net
crane
buoy light
rudder
capstan
signal mast
radio

%place
bar
quay
slip
north pier
channel
outer mark
ice house
shed
dry dock
sand bank
lock
breakwater

%cargo
barrels
crates of cod
sacks of salt
casks of oil
bales of wool
planks
tons of coal
coils of rope
boxes of herring
sheets of iron
mail bags
stones

%state
sound
wet
leaking
mended
lost
in good order
past use
frozen
under repair
tarred
late
ready
short by {count}
stowed

%did
in at {hour}
out at {hour}
lies off
lost her anchor
took a pilot
grounded, refloated
waits for water
made fast
lost two men
sprang a leak
turned back
asks for a tow
passed the mark
saw nothing

%did_hands
at the pumps
on the quay
asleep
aboard
to the boats

%job
row
load
set the nets
ring the bell
shift the {cargo}
sound the channel
tow the {boat}
weigh the {cargo}
tar the hull
break the ice
man the pump
sail

%who
Olsen
the pilot
the mate
the cook
Jansen
Mary Finn
the boy
Captain Reyes
the doctor
the smith
Berg
the keeper

%port
Bergen
Hull
Riga
the islands
Antwerp
the north
Lisbon

%day
Monday
Tuesday
Friday
Sunday
3 March
11 October
19 January
today
last night

%hour
0400
0530
0600
0745
0900
1115
1200
1330
1600
1800
2015
2300
noon
dusk
dawn

%count
2
3
4
6
9
11
12
14
20
31
40
55
120
300
)";

}  // namespace assay::teacher
