"""A description of the sandbox's two register operations, for a demonstration without the registers' files.

It says only what the sandbox answers, in the names the real services use; a site uses the files it was given.
"""

from __future__ import annotations

from pathlib import Path

from integrations.registers import ar, flr

_FLR, _AR = "http://schemas.nhn.no/reg/flr", "http://register.nhn.no/CommunicationParty"
_COMMON, _HPR = "http://register.nhn.no/Common", "http://register.nhn.no/HPR"


def write(folder: Path) -> tuple[Path, Path]:
    """Both files; the paths of Fastlegeregisteret's and Adresseregisteret's."""
    gps = _service(_FLR, flr.SERVICE, flr.PORT, "IFlrReadOperations", "GetPatientGPDetails", _GP, "")
    parties = _service(
        _AR, ar.SERVICE, ar.PORT, "ICommunicationPartyService", "GetCommunicationPartyDetails", _PARTY, _MORE
    )
    return _kept(folder / "flr.wsdl", gps), _kept(folder / "ar.wsdl", parties)


def _kept(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _field(name: str, kind: str) -> str:
    return f'<xs:element minOccurs="0" name="{name}" nillable="true" type="{kind}"/>'


def _type(name: str, fields: str) -> str:
    return f'<xs:complexType name="{name}"><xs:sequence>{fields}</xs:sequence></xs:complexType>'


def _operation(name: str, parameter: str, kind: str, result: str) -> str:
    return (
        f'<xs:element name="{name}"><xs:complexType><xs:sequence>{_field(parameter, kind)}</xs:sequence>'
        f'</xs:complexType></xs:element><xs:element name="{name}Response"><xs:complexType><xs:sequence>'
        f"{_field(f'{name}Result', result)}</xs:sequence></xs:complexType></xs:element>"
    )


_GP = _operation("GetPatientGPDetails", "patientNin", "xs:string", "t:Association") + _type(
    "Association",
    _field("GPHerId", "xs:int") + _field("PatientNIN", "xs:string") + _field("Period", "t:Period"),
)
_GP += _type("Period", _field("From", "xs:dateTime") + _field("To", "xs:dateTime"))

_PARTY_FIELDS = "".join(
    _field(name, kind)
    for name, kind in (
        ("Active", "xs:boolean"),
        ("DisplayName", "xs:string"),
        ("HerId", "xs:int"),
        ("IsValidCommunicationParty", "xs:boolean"),
        ("Name", "xs:string"),
        ("ParentHerId", "xs:int"),
        ("ParentName", "xs:string"),
        ("Type", "xs:string"),
        ("Valid", "c:Period"),
    )
)


def _extended(name: str, fields: str) -> str:
    return (
        f'<xs:complexType name="{name}"><xs:complexContent><xs:extension base="t:CommunicationParty">'
        f"<xs:sequence>{fields}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
    )


_PARTY = (
    f'<xs:import namespace="{_COMMON}"/><xs:import namespace="{_HPR}"/>'
    + _operation("GetCommunicationPartyDetails", "herId", "xs:int", "t:CommunicationParty")
    + _type("CommunicationParty", _PARTY_FIELDS)
    + _extended("Organization", "")
    + _extended("OrganizationPerson", _field("Person", "h:Person"))
)


def _schema(namespace: str, content: str) -> str:
    return (
        f'<xs:schema elementFormDefault="qualified" targetNamespace="{namespace}" xmlns:t="{namespace}"'
        f' xmlns:c="{_COMMON}" xmlns:h="{_HPR}">{content}</xs:schema>'
    )


_MORE = _schema(
    _COMMON, _type("Period", _field("From", "xs:dateTime") + _field("To", "xs:dateTime"))
) + _schema(
    _HPR,
    _type("Person", _field("HPRInformation", "t:HPRInformation"))
    + _type("HPRInformation", _field("HPRNumber", "xs:int")),
)


def _service(
    namespace: str, service: str, port: str, interface: str, operation: str, content: str, more: str
) -> str:
    action = f"{namespace}/{interface}/{operation}"
    literal = '<s:body use="literal"/>'
    return (
        f'<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:n="{namespace}"'
        f' targetNamespace="{namespace}">'
        f"<w:types>{_schema(namespace, content)}{more}</w:types>"
        f'<w:message name="Asked"><w:part name="parameters" element="n:{operation}"/></w:message>'
        f'<w:message name="Answered"><w:part name="parameters" element="n:{operation}Response"/></w:message>'
        f'<w:portType name="{interface}"><w:operation name="{operation}"><w:input message="n:Asked"/>'
        '<w:output message="n:Answered"/></w:operation></w:portType>'
        f'<w:binding name="Spoken" type="n:{interface}">'
        '<s:binding transport="http://schemas.xmlsoap.org/soap/http"/>'
        f'<w:operation name="{operation}"><s:operation soapAction="{action}" style="document"/>'
        f"<w:input>{literal}</w:input><w:output>{literal}</w:output></w:operation></w:binding>"
        f'<w:service name="{service}"><w:port name="{port}" binding="n:Spoken">'
        '<s:address location="http://localhost/"/></w:port></w:service></w:definitions>'
    )
