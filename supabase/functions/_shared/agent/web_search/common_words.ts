/**
 * The words that may leave in a web search although they also stand in private text: ordinary English of research,
 * business, technology and public life, in their base forms. Given names, animals and other words that people choose as
 * code names or passwords are left out on purpose. A longer list makes more searches possible and lets more be said.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `
2d 2fa 3d 4g 5g 6g ability able abroad academic accelerate accept access accessibility accessible accident
accommodate account accountability accounting accuracy accurate achieve acquire acquisition act action
active activity actual actually adapt add addition address adequate adjust administer administration
administrative adopt adoption advance advantage advantages advertise advertising advice advise adviser
advocate affect afford affordable after again ageing agency agenda agent aggregate agile aging agree
agreement agriculture ahead ai aid aim air airborne aircraft airline airport alert algorithm align
alignment allergy alliance allocate allocation allow alloy almost along already also alternative
alternatives although always ambulance amend amendment amid among amount analogue analysis analyst
analytic analytics analyze anchor announce announcement annual annually anonymous another answer
antibiotic anticipate antitrust anxiety any anyone apartment api apis app apparel appeal appliance
application apply appoint apprenticeship approach appropriate approval approve april ar arbitrage
arbitration architect architecture archive area argue argument arm army around arr arrange art article
artificial artist asean assembly assess assessment asset assist assistance assistant associate association
assume athlete atmosphere atomic attack attempt attend attention attitude attorney attract attribute
auction audience audio audit augmented august austerity authentication author authority authorization
automate automatic automation automotive autonomous available average aviation avoid award aware awareness
away b2b b2c back backend background backlog backup bacteria bakery balance ballot ban bandwidth bank
banking bankruptcy bar bargain barrel barrier base based basic basics basis battery bear beat because
become before begin behave behavior behind believe below benchmark benchmarking benefit beside best better
between beverage beyond bias bid big bill billing billion bind biodiversity biofuel biology biomass
biotech bitcoin blend block blockchain blog blood bluetooth board boardroom body boiler bond bonus book
boom boost border borrow both bottle bottleneck bottom boundary boycott brain brand breach break breakdown
breakthrough brewery brics bridge brief bring broad broadband broadcast broker brokerage browser budget
budgeting buffer bug build builder building bulk bundle burden bureau bureaucracy bus business buy buyer
buyout cabinet cable cac cache calculate calculation calendar call calorie camera campaign campus cancel
cancer candidate cap capability capable capacity capex capital car carbon card cardiology cardiovascular
care career caregiver cargo carrier carry cartel case cash casino catalog category cause caution cd cdc
cdn cement census center central century ceo certificate certification cfo chain chair challenge chance
change channel chapter character characteristic charge chart charter chat chatbot cheap check checklist
chemical chemistry chief child chip choice choose chromatography churn ci cicd cio circuit circular
citizen city civil claim class classic classification classify clause clean clear clearance click client
climate clinic clinical clinician close cloud cluster cmo cny coach coal coalition coast cocoa code coding
coffee cognitive cohort collaborate collaboration collapse collateral collect collection collector college
combine combustion come command comment commerce commercial commission commit commitment committee
commodity common communicate communication community commuter compact company compare comparing comparison
compensation compete competition competitive competitiveness competitor compiler complaint complete
complex complexity compliance compliant component comprehensive compressor compute computer computing
concentrate concept concern concert conclude conclusion concrete condition condo conduct conference
confidence configuration configure confirm conflict congestion conglomerate congress connect connection
connectivity cons consensus consent consequence conservative consider consideration consistent consolidate
consolidation consortium constraint construct construction consult consultancy consultant consultation
consulting consume consumer consumerism consumption contact contagion contain container contamination
content contest context continent contingency continue contract contractor contribute contribution control
convention conventional conversion convert coo cook cooperation coordinate copper copyright core corn
corporate corporation correct correlation corruption cosmetic cost cotton council counter counterfeit
country couple courier course court cover coverage cpi cpu craft create creation creative creator credit
creditor creditworthiness crew crime crisis criteria criterion critical criticism crm crop cross crude
crypto cryptocurrency cryptographic cryptography css csv cto culture currency current currently curriculum
curve custom customer customization customize customs cut cyber cybersecurity cycle d2c daily dairy damage
dashboard data database dataset date day deadline deal dealer dealership death debate debit debt debug
decade decarbonization december decentralized decide decision decline decrease deduction deep deepfake
default defense deficit define definition deflation deforestation degree delay delegate deliver delivery
demand democracy demographic dental dentist department depend dependency deploy deployment deposit
depreciation depression depth derivative desalination describe description design designer desktop despite
detail detect detection determine deterrence develop developer development device devops devsecops
diabetes diagnose diagnosis diagnostic diesel diet difference different differential difficult difficulty
diffusion digital dimension diploma diplomatic direct direction directive directly director directory
disability disadvantages disaster discipline disclose disclosure discount discover discovery discuss
discussion disease disinformation display dispute disrupt disruption distance distillation distribute
distribution distributor diverse diversity dividend division dns document documentary documentation dollar
domain domestic double down download downstream downturn draft drill drive driver drone drop dropout
drought drug dual due durable duration during duty dwelling dynamic each earlier early earn earning earth
earthquake ease easily east easy ecb echo ecology ecommerce economic economics economist economy ecosystem
edge edit edition editor education educational effect effective effectiveness efficiency efficient effort
either elasticity elderly elect election electric electrical electricity electrification electrode
electrolyzer electronic element eligibility eligible elite else elt email embargo embed emerge emergency
emission emphasis empirical employ employability employee employer employment enable encourage encrypt
encryption end endowment endpoint energy enforce enforcement engage engagement engine engineer engineering
enhance enough enroll enrollment enter enterprise entertainment entity entrepreneur entrepreneurship entry
environment environmental enzyme epa epidemic episode equal equation equilibrium equipment equity erosion
erp error escalate escrow esg especially essential establish estate estimate etc ethanol ethic ethical
ethics ethnic etl eu eur euro ev evaluate evaluation even event eventually ever every everyone everything
eviction evidence evolution evolve evs exactly examination examine example examples excavation exceed
excellent except exception excess exchange execute execution executive exemption exercise exhaust exhibit
exist exit expand expansion expect expectation expenditure expense expensive experience experiment expert
expertise expire explain explained explanation explore export exporter expose exposure express extend
extension extent external extinction extra extract extreme fabric fabrication face facility fact factor
factory fail failure fair fall family faq faqs far farm farmer fashion fast fatality fault fcc fda
feasibility feasible feature february fed federal fee feed feedback fermentation fertilizer festival few
fiber fibre fiduciary field figure file filing fill film filter final finally finance financial finding
fine fintech fire firm first fiscal fishery fit fitness fix flat flavor fleet flexibility flexible
flexitarian flight flood floor flow fluctuation focus follow food footprint force forecast foreclosure
foreign forensic forest forestry form formal format formation formula forum forward fossil foundation
founder fraction fragmentation frame framework franchise fraud free freedom freelance freight frequency
frequent fresh freshwater friday frontend frontier ftc fuel full fully function functional fund
fundamental funding furniture further future gain game gaming gap garden gas gather gbp gdp gdpr general
generally generate generation generative generator genetic genome geographic geography geopolitical
geothermal get gig give glass global globalization glossary go goal gold good governance government
governor gpu grade graduate grain grant graph graphic graphite great greatly green greenhouse grid grocery
gross ground groundwater group grow growth guarantee guest guide guideline gym habit hackathon half hand
handbook handle handset happen hard hardly hardware harm harvest hazard head headcount headquarters health
healthcare healthy heat heating heavy hedge height help hemisphere hence heritage high highway hipaa hire
hiring historic historical history hit hold holiday home homeowner hospital hospitality host hosting hotel
hour hourly house household housing however howto hr html http https human humanitarian humanoid hurricane
hybrid hydro hydrogen hygiene hyperscale hypothesis iaas icon idea ideal identification identify identity
illegal illness image imaging imf immediately immersion immigration immune immunotherapy impact implement
implementation implication import importance important importer impose improve improvement inbound
incentive incident include including inclusion inclusive income incorporate increase incubator indeed
independence independent index indicate indicator individual indoor industrial industry inequality
infection infectious inference inflation influence influencer inform information infotainment
infrastructure ingredient inhibitor initial initiative injection injury innovate innovation innovative
input inquiry inside insight insolvency inspect inspection install installation instance instead institute
institution institutional instruction instrument insulation insulin insurance insurer integrate
integration integrity intellectual intelligence intelligent intend intensity intent interact interaction
interactive interchange interest interface interim interior intermediary internal international internet
interoperability interpret interpretation intervention interview introduce introduction inventory inverter
invest investigate investigation investment investor invoice involve iot ip ipo ipos irrigation irs island
iso isolate issue item itself january jet jewelry job join joint journal journalism journalist journey jpy
json judge judgment judicial july june jurisdiction jury just justice juvenile keep kernel key keyboard
keyword kind kit kitchen knowledge kpi kpis kubernetes lab label labor laboratory lack lake lan land
landscape language laptop large largely last late lately latency later latest launch law lawmaker lawsuit
lawyer layer layoff lead leader leadership leaflet learn learning lease leasehold least leave left legacy
legal legislation legislative legislature leisure lend lender length lens less lesson let letter level
leverage liability liable liberal libertarian library license licensing life lifecycle lifespan lifestyle
lift light like likely limit limitation line link liquidity list listing literacy literature lithium
litigation little live livestock living llm llms load loan lobby local location lock lockdown lodging log
logic logistic logistics logo long longer longitudinal look loss low loyalty lte ltv lumber lung luxury
machine machinery macroeconomic magazine magnet mail main mainframe mainly mainstream maintain maintenance
major majority make maker malnutrition malware manage management manager mandate mandatory manual
manufacture manufacturer manufacturing manuscript many map march margin marine maritime mark market
marketing marketplace mass master match material materiality math matter maturity maximum maybe mayor mba
meal mean meaning measure measurement meat mechanic mechanical mechanism media median medical medicare
medication medicine medium meet meeting member membership memory mental mentor mentorship merchant mere
merge merger message messaging meta metabolism metal methane method methodology metric metro metropolitan
mfa microchip microplastic microservice middle might migrate migration milestone military milk mill
million mind mineral minimal minimum mining minister ministry minor minority mint minute misinformation
mission mit mitigation mix ml mlops mobile mobility mode model modeling moderate modern modernization
modification modify modular module molecular molecule moment monday monetary monetization money monitor
monitoring month monthly more mortality mortgage most mostly motion motivate motivation motor motorcycle
mount move movement mrr much multinational multiple municipal muscle museum music must mutual mvp myth
name nanotechnology narcotics narrative narrow nasa nation national native nato natural nature navigation
near nearby nearly necessarily necessary need negative negotiate negotiation neighborhood neither net
network neural neuroscience neutral never nevertheless new newborn news newsletter newspaper next niche
nickel night nih nist nitrogen nlp nomination none nonprofit nor norm normal north notable note nothing
notice notification novel november now nowadays nuclear number nurse nursery nutrition obesity object
objective obligation observability observation observe obstacle obtain occupancy occupation occur ocean
october oecd offer office officer official offline offset offshore often oil okr okrs olap older oltp
onboarding once oncology one online only onshore onto ontology opec open operate operation operational
operator opinion opportunity opposition opt optic optical optimal optimization optimize option oral
orchestration order organ organic organization organizational organize orient origin original other
otherwise otp ought ourselves out outage outbreak outcome outdoor outlook outpatient output outreach
outside outsource outsourcing over overall overcome overfishing overhead overtime overview own owner
ownership oxygen paas pace pack package packaging page paid paint pandemic panel paper paradigm parallel
parameter parent parenting parking parliament part participant participate participation particular
particularly partner partnership party pass passenger passive patch patent path pathway patient patron
pattern pause pay payer payment payroll paywall pdf peace peak pedestrian pediatric peer penalty
penetration pension people per perceive percent percentage perception perform performance perhaps period
permafrost permanent permission permit person personal personalization personalize personnel perspective
pesticide petroleum pharma pharmaceutical pharmacology pharmacy phase phd phenomenon philosophy phishing
phone photo photovoltaic physical physician physics pick picture pilot pipeline pitch pixel place
plagiarism plaintiff plan planet planning plant plasma plastic platform play playbook player please pledge
plug plugin plus poc point policy political politician politics poll pollution pool poor popular
popularity population port portal portfolio position positive possibility possible post poster potential
poultry poverty power powerful pr practical practice practitioner precision predict prediction predictive
prefabricated prefer preference pregnancy premium preparation prepare prescription presence present
presentation preserve president presidential press pressure prevent prevention preview previous price
pricing primarily primary principal principle print prior priority privacy private privatization privilege
prize probability probably probe probiotic problem procedure proceed process processing processor procure
procurement produce producer product production productive productivity profession professional professor
profile profit profitability profitable program programmer programming progress prohibit project
projection promise promote promotion prompt proof propaganda property proportion proposal propose
proprietary pros prosecution prospect protect protection protein protest protocol prototype prove provide
provider province provision psychiatric psychology pub public publication publish publisher publishing
pull pump purchase purpose pursue push puzzle qa qualification qualify qualitative quality quantification
quantitative quantity quantum quarantine quarry quarter quarterly query question questionnaire queue quick
quickly quite quota quote race racial radar radiation radio radiology rag rail railway rain raise ram
random range rank ranking ransom ransomware rapid rare rate rather rating ratio raw reach react reaction
reactor read reader readiness ready real reality realize really reason rebate rebound recall receivable
receive recent recently recession recipe recognition recognize recommend recommendation reconciliation
record recover recovery recreation recruit recruiter recruitment recycle recycling reduce reduction refer
reference referendum referral refine refinery reflect reforestation reform refrigeration refugee refund
refurbish regard regarding region regional register registration registry regression regular regulate
regulation regulator regulatory rehabilitation reimbursement reinforcement reject relate relation
relationship relative release relevant reliability reliable relief religion remain remedy remittance
remote remove renewable renewal rent rental repair repeal repeat replace replacement replication report
reporter repository represent representation representative reproducibility reputation request require
requirement resale research researcher reseller reserve reservoir residence resident residential
resilience resilient resist resistance resolution resolve resource respiratory respond response
responsibility responsible rest restaurant restore restrict restriction restructure restructuring result
retail retailer retain retaliation retention retire retirement retrieval retrofit return reuse reveal
revenue reverse review revise revision revolution reward rfi rfp rice rich rider right rise risk river rmb
road roadmap robot robotaxi robotics robust roi role rollout roof room root roughly round route routine
royalty rpa rubber rule run runtime rural saas safe safeguard safety salary sale salt same sample sanction
sandbox sanitation satellite satisfaction satisfy saturday save saving scaffold scalability scale scam
scan scarcity scenario schedule schema scheme scholar scholarship school science scientific scientist
scope score screen screening script sdk sea seafood search season seasonal seat sec second secondary
secret section sector secure security sediment seed seem segment segmentation seizure select selection
sell seller sem semester semiconductor seminar senate senator send senior sense sensitive sensitivity
sensor sentiment seo separate september sequence series serious serum serve server serverless service
session set setting settle settlement several severe severity shale shall shape share shareholder sharing
sheet shelf shelter shift ship shipment shipping shop shopping shore short shortage show showroom shutdown
sick side sign signal signature significance significant silicon silo silver similar simple simulate
simulation since single site situation size skill skincare sla slas sleep slightly slo slope slow slowdown
slowly slum small smart smartphone smb smbs sme smes snack soc soccer social society socket soda software
soil solar solid solidarity solution solve solvent some someone something sometimes soon sort sound source
south sovereign sovereignty sox soybean space spacecraft spam speak special specialist specialty species
specific specification spectroscopy spectrum speech speed spend spending spin spine sponsor sponsorship
sport spread spring sql square ssd sso stability stable stack stadium staff staffing stage stain stainless
stairs stake stakeholder stand standard standardization start startup state statement statewide station
statistic statistical statistics status statute stay steel stem step sterling stewardship still stimulate
stimulus stock stop storage store storm story strain strategic strategy stream streaming streamline street
strength strengthen stress strike stroke strong strongly structural structure student studio study style
subcontractor subject submarine submission submit subscriber subscription subsea subsidiary subsidy
substance substitute suburb success successful such suffer sugar suggest suggestion suit suite summary
summer summit sunday sunlight superconductor supermarket supervision supervisor supervisory supplement
supplier supply support sure surface surge surgery surplus surprise surveillance survey surveyor survival
survive sustain sustainability sustainable swap switch symposium symptom syndicate syndrome synergy
synthesis synthetic system table tablet tackle tactic tailings take talent talk tank tanker target tariff
task tax taxation taxi taxonomy taxpayer tcp teach teacher team teamwork tech technical technique
technological technology teen telecom telecommunication telehealth telemedicine telephone telescope
television template temporary tenant tender tenure term terminal terminology terrorism test testing text
textile theater theft their them theme themselves then theory therapeutic therapy there therefore thermal
these thesis they thing think third those though threat threshold through throughout throughput thursday
thus ticket tier timber time timeline timing tip tissue title tobacco today together token tolerance too
tool toolkit top topic topology total touch tour tourism tourist toward towards town toxic toy track
tracker tracking tractor trade trademark trader trading tradition traditional traffic trailer train
trainee training trait transaction transcription transfer transform transformation transformer transit
transition translate translation transmission transparency transparent transport transportation travel
traveler treadmill treasury treat treatment treaty trend trends trial tribunal trigger trillion trip
tropical trouble troubleshooting truck trust truth tuesday tuition tumor tunnel turbine turbulence turn
turnover tutorial type typical typically uae ui uk ultimate un uncertainty under undergraduate understand
understanding undertake underwriting unemployment unify uninsured union unique unit universal university
unless unlike unlock until unusual up upcoming update upgrade upload upon upstream uranium urban
urbanization urgent us usa usability usage usb usd use useful user usually utility utilization ux vacancy
vacation vaccination vaccine valid validate validation validator valuable valuation value vape variable
variation variety various vast vegan vegetable vehicle vendor ventilation ventilator venture venue version
versus vertical vessel veteran veterinary via viability viable video view vineyard violation violence
virtual virtualization virus visa visibility vision visit visitor visual visualization vitamin vocational
voice volatility volcano volume voluntary volunteer vote voter voucher vp vpn vr vs vulnerability wafer
wage wait wall wan want war warehouse warehousing warn warning warranty waste watch water watershed
waterway wave way weak weakness wealth weapon wearable weather web website wednesday week weekend weekly
weight welding welfare well wellness west wetland wheat when whenever where whereas whether which while
whitepaper who whole wholesale wholesaler whom whose why wide widely widget wifi wildfire wildlife win
wind window wine winery wing winner winter wire wireless withdraw within without woman wood woodland word
work worker workflow workforce workload workplace workshop workstation world worldwide write writer
writing wrong wto xml xr yacht yaml yard year yearly yeast yet yield yogurt young youth zone zoning
`.trim().split(/\s+/),
);

/** Names that everybody knows. They may leave only when they do not stand in private text. */
export const publicNames: ReadonlySet<string> = new Set(
  `
accenture adobe africa airbnb alibaba alphabet amazon america american android angular anthropic apache
apple argentina asana asia asian atlassian australia australian austria aws azure bangladesh barcelona
beijing belgium berlin bing bloomberg boeing boston brazil britain british brussels bulgaria california
canada canadian chatgpt chicago chile china chinese cisco claude cloudflare colombia confluence croatia
cyprus czech databricks datadog dell deloitte denmark deno docker dropbox dubai dublin dutch ebay egypt
elasticsearch england estonia ethereum europe european excel expedia facebook figma finland firefox
florida forrester france frankfurt french gartner gemini german germany ghana git github gitlab gmail
google greece harvard hong hubspot hungary iceland idc india indian indonesia instagram intel intercom
iran iraq ireland irish israel istanbul italian italy japan japanese java javascript jira jordan kafka
kenya kong korea korean kotlin kpmg kuwait latvia linkedin linux lisbon lithuania london luxembourg madrid
malaysia malta mastercard mckinsey mediterranean mexico miami microsoft milan mistral mongodb morocco
mozilla munich mysql netflix netherlands nginx nigeria norway notion nvidia okta openai oracle oslo oxford
pakistan paris paypal peru philippines poland portugal portuguese postgres postgresql pwc python qatar
reddit reuters romania rome ruby russia russian rust salesforce samsung saudi scotland seattle serbia
servicenow shanghai shopify siemens singapore slack slovakia slovenia snowflake sony spain spanish spotify
stanford starbucks stripe supabase sweden swiss switzerland sydney taiwan tesla texas thailand tiktok
tokyo toyota trello turkey twilio twitter typescript uber ukraine vercel vienna vietnam vmware volkswagen
walmart warsaw whatsapp wikipedia windows workday xero youtube zapier zendesk zoho zoom zurich
`.trim().split(/\s+/),
);

/** Words that carry a sentence and no meaning of their own: they are dropped before anything is compared or sent. */
export const stopWords: ReadonlySet<string> = new Set(
  `
a about am an and are as at be been being but by can could did do does doing for from had has have having he her hers him
his how i if in into is it its may me my no not of off on or our ours s she should so t than that the their them then there
these they this those to too us very was we were what when where which while who whom why will with would you your yours
`.trim().split(/\s+/),
);

/** Numbers as words count as numbers. */
export const numberWords: ReadonlySet<string> = new Set(
  `
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand first second third fourth fifth
`.trim().split(/\s+/),
);

/** Ordinary words that are people's names as well. */
export const namesToo: ReadonlySet<string> = new Set(
  "art bill carry chase christian dean drive frank gene grace grant harmony hope jack mark mercy miles pat penny ray reed rich robin rose royalty stone summer victor ward will wood young"
    .split(" "),
);
