// Questions and full, friendly answers. Written for this project.

#include "teacher/corpus_grammars.hpp"

namespace assay::teacher {

const std::string_view almanac_grammar = R"(
%document
{question}{seam}{answer}
{question}{seam}{answer}
{question}{seam}{answer}
{question}{seam}{answer} {paragraph}
{question}{seam}{answer}\n\n{paragraph}
{question}{seam}{list}
{question}{seam}{list}\n\n{closing}
{question}{answer}
{question}{list}
{quiz}
{question}{seam}{paragraph}
{title}\n\n{paragraph}\n\n{paragraph}
{chat}
{chat}
{tale}
{story}

%quiz
{question}{opening}\n{question}{opening}\n{question}{opening}\n{question}{opening}
{question}{Clause}.\n{question}{Clause}.\n{question}To {task}, {step}.\n{question}{Clause}.
{request}{Clause}.\n{request}{opening}\n{request}{Clause}.\n{request}{opening}

%request
Tell me about {thing}.
Explain {idea}.
I want to {task}.
Help me to {task}

%seam
 
 
 
\n
\n
\n\n

%chat
<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{answer}<|im_end|>
<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{answer}<|im_end|>
<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{list}<|im_end|>

%system
You are a helpful assistant.
You are a patient teacher. Explain each step.
Be brief.
Answer in plain words, as if to a friend.
You are an expert in {field}. Give reasons for what you say.

%question
What is the difference between {thing} and {thing}?
What is {idea}?
What is a good way to {task}?
What are some ways to {task}?
What are the main parts of {thing}?
How do I {task}?
How can I {task} without {trouble}?
How does {thing} work?
How many {plural} are needed to {task}?
Why does {thing} {happen}?
Why is {idea} important?
Why do {plural} {plural_happen} in {season}?
When should I {task}?
Where can I find {quality} {plural}?
Can you explain {idea} in simple terms?
Can you tell me how to {task}?
Could you help me {task}?
Is it true that {plural} {plural_happen}?
Write a short story about {thing}.
Write a letter to {person} about {idea}.
Write a poem about {thing} and {thing}.
Give me a list of {number} {plural} for {purpose}.
Give me three reasons to {task}.
Explain {idea} to a child.
Tell me about {thing}.
Describe {thing} in {number} sentences.
I want to {task}, but I am worried about {trouble}. What should I do?
If a {noun} costs {number} dollars and I have {number} dollars, how many can I buy?
Please make a plan to {task}.

%answer
{opening} {sentence} {sentence} {sentence}
{opening} {sentence} {sentence}
{sentence} {sentence} {sentence} {sentence}
The short answer is that {clause}. {sentence} {sentence}
To {task}, you should first {step}. Then {step}. After that, {step}. {closing}
It depends on {thing}. {sentence} However, {clause}. {sentence}
There are two things to keep in mind. First, {clause}. Second, {clause}.
I'm sorry to hear about that. {sentence} {sentence}
Yes, {clause}. {sentence}
No, not always. {sentence} {sentence}
Here's how it works: {clause}, and {clause}.
Let's look at this step by step. {sentence} That means {clause}. {sentence}
As a rule, {clause}. {sentence} {closing}
“{Clause},” as {person} used to say. {sentence}

%opening
That is a good question.
The main idea is simple.
In short, {clause}.
Most people find that {clause}.
It is easier than it looks.
This is a common problem.
There are many ways to do this.
Of course!
Great question!
A {noun} is a kind of {noun} that helps people {task}.
{Thing} and {thing} are both useful, but they are not the same.

%list
Here are some {quality} ways to {task}:\n\n1. {Step}.\n2. {Step}.\n3. {Step}.
Here are a few ideas:\n\n* {Step}.\n* {Step}.\n* {Step}.\n* {Step}.
Here is a simple plan:\n\n1. **{Thing}**: {clause}.\n2. **{Thing}**: {clause}.\n3. **{Thing}**: {clause}.
**{Idea}**\n\n{Sentence} {sentence}\n\n**{Idea}**\n\n{Sentence}
You will need:\n\n- {number} {plural}\n- {number} {plural}\n- a {quality} {noun}\n\nThen {step}, and {step}.
Step 1: {Step}.\nStep 2: {Step}.\nStep 3: {Step}.

%closing
I hope this helps!
Let me know if you have any other questions.
In the end, {clause}.
With a little practice, {clause}.
Remember that {clause}.
Good luck!

%title
# {Idea}
# How to {task}
## {Thing} and {thing}
**{Quality} {plural} for {purpose}**

%paragraph
{sentence} {sentence} {sentence} {sentence}
{sentence} {sentence} {sentence}
{sentence} For example, {clause}. {sentence} As a result, {clause}.
{sentence} On the other hand, {clause}. {sentence}
In {year}, {person} wrote that {clause}. {sentence} {sentence}

%story
Once upon a time, there was a {quality} {noun} who lived near {thing}. Every {season}, the {noun} would {task}. One day, {person} came to the door and asked, "{question}" The {noun} smiled and said, "{clause}." From that day on, {clause}.
It was a {quality} morning in {season}. {Person} looked at {thing} and thought about {idea}. "{question}" she asked. "Well," he said, "{clause}." They went home and decided to {task}.

%tale
{person}: {question}{person_reply}
{person}: {question}\n{person}: {answer}

%person_reply
{answer}
{answer} {closing}

%sentence
{Clause}.
{Clause}.
{Clause}, and {clause}.
{Clause}, because {clause}.
When {clause}, {clause}.
If you want to {task}, you need to {step}.
It is important to {step} before you {step}.
You can also {step} or {step}.
Some people prefer to {step}, while others {step}.
The {quality} part of {thing} is {idea}.
Many {plural} {plural_happen}, especially in {season}.
This makes it possible to {task} with {number} {plural}.
For {purpose}, choose {quality} {plural}.
There is no need to {task} if {clause}.
{Person} believes that {clause}.
The first thing to do is to {step}.
{Thing} was the first of its kind and the most {quality} for {number} years.
What matters most is {idea}.
{Clause} — at least in {season}.
It’s often said that {clause}.
About {number} of every {number} {plural} {plural_happen}.

%clause
{thing} {happen}
{thing} {happen} {adverb}
{thing} is {quality}
{thing} is more {quality} than {thing}
{plural} are {quality}
{plural} {plural_happen}
{plural} {plural_happen} {adverb}
{idea} is a {quality} part of {idea}
{idea} helps people {task}
you can {step}
you should {step}
the {noun} is made of {number} {plural}
the {noun} will {task}
we need to understand {idea}
it takes about {number} minutes to {task}
there are {number} {plural} in {thing}
{idea} comes from {thing}
each {noun} has its own {noun}
a {quality} {noun} is better than a {quality} {noun}

%thing
the bread
the garden
the old telescope
a bicycle
the kitchen
the human body
the moon
the sun
the river
the computer
a small company
the library
the language
the internet
a computer program
the market
the engine
the heart
the weather
the ocean
the school
the government
a good book
the city
the forest
the number seven
light
sound
water
the mind
the printing press
electricity
a balanced diet
the data
the function
the system
the model
the story
the law
the team
the world

%idea
patience
the scientific method
good communication
regular exercise
clear writing
machine learning
a healthy diet
the water cycle
simple arithmetic
careful planning
gravity
the history of trade
time management
public health
critical thinking
climate change
supply and demand
the rule of three
probability
natural selection
honest feedback
energy
culture
education
trust
information technology
the theory of relativity
friendship
an open mind
project management
experience

%noun
baker
gardener
machine
question
letter
kitchen
window
teacher
student
number
clock
market
village
doctor
candle
bridge
story
program
company
customer
person
problem
solution
process
pattern
value
method
tree
horse
song
word
table
tool
friend
bird
star

%plural
apples
seeds
books
people
children
stars
numbers
bees
questions
words
students
workers
plants
machines
examples
candles
recipes
letters
companies
tools
friends
customers
ideas
birds
computers
songs
stories
countries
cells
products
different options
small steps
important details
several factors

%task
bake bread
grow tomatoes
learn a language
read more books
save money
write a letter
build a table
fix a bicycle
sleep better
make a plan
find a job
solve a problem
understand the question
cook dinner for six people
count the stars
train a dog
start a small business
improve the process
create a website
use the computer
learn to play the piano
prepare for an interview
keep the house warm
choose a good book
measure the length of a shadow
reduce waste
develop a new skill
work with other people
explain a difficult subject
travel around the world
calculate the average
write a computer program
stay healthy
provide a good example

%step
start with a small amount of flour
write down the question
measure everything twice
ask a friend for help
take a short walk
wait for about ten minutes
add a little water
mix the flour and the salt
make a list of the things you need
read the instructions carefully
put the seeds in a warm place
open the window
turn off the light
check the result
compare the two numbers
divide the total by three
draw a simple picture
let the dough rest
look at the problem from another side
talk to someone you trust
set a clear goal
begin with the easiest part
keep a record of what you do
follow the same steps each time
think about what the other person needs
use a different method
break the work into smaller pieces
consider the following points
try again in the morning
be honest about your mistakes

%happen
works best in the morning
changes with the season
turns slowly
moves through the air
needs time and attention
becomes warm in the sun
depends on the weather
requires a great deal of energy
can be difficult at first
has been used for hundreds of years
is used in many different ways
provides food for the people
includes both old and new parts
helps us to understand the world
comes in many shapes and sizes
makes a sound like rain
plays an important role
grows from year to year
shows how the parts fit together

%plural_happen
grow quickly
need water
come back every year
work together
change over time
make people happy
often fall to the ground
are hard to find
cost less than you think
are found all over the world
may be different from place to place
help to make the work easier
should be kept in a dry place
can be used again

%adverb
slowly
very quickly
in the long run
with great care
in most cases
at the same time
from time to time
for a number of reasons
without any trouble
more than once a day
as well
over the course of a year

%quality
simple
useful
careful
quiet
warm
small
important
good
bright
difficult
strong
interesting
common
healthy
beautiful
old
new
different
special
reliable
expensive
creative
famous
natural
traditional

%trouble
spending too much
losing sleep
making a mess
breaking anything
waking the neighbours
the cost
forgetting something important
getting lost

%purpose
a birthday party
a long winter
beginners
a school project
the whole family
a short trip
everyday use
a rainy day
a job interview

%field
gardening
medicine
history
computer science
cooking
mathematics
law
astronomy

%season
spring
summer
autumn
winter
the morning
the evening
March
October

%number
two
three
four
five
six
seven
ten
twelve
twenty
fifty
a hundred
3
4
8
10
15
25
100
1,000

%year
1492
1776
1848
1905
1969
1984
2001
2010
2015
2020

%person
my grandmother
the old gardener
Anna
Thomas
Maria
Dr. Weber
the teacher
Peter
Mrs. Lind
the baker
our neighbour
Samuel
)";

}  // namespace assay::teacher
